// Train's words in English: the run, its controls, the draw pad, the guess. Numbers come in as parameters.
const counted = (count: number, one: string, several = `${one}s`) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : several}`;

export const messages = {
  lessonModel: "Lesson network",
  model: "Which network is open",
  eyebrow: "Train in this tab",
  title: { digits: "Digits, 28×28", drawn: "Your own classes" },
  lead: {
    digits: (pictures: string, net: string) => `${net} learns from ${pictures}. Nothing leaves this machine.`,
    drawn: "Draw a few examples of two classes or more; a network learns to tell them apart.",
  },
  pictures: (count: number) => counted(count, "drawn picture"),
  nets: { lesson: "Lesson preset", lenet5: "LeNet-5" } as Readonly<Record<string, string>>,
  built: "The network of Build",
  step: "Step",
  seen: (images: number, parameters: number, speed: number) =>
    `${counted(images, "image")} seen · ${counted(parameters, "parameter")}${speed > 0 ? ` · ${Math.round(speed).toLocaleString("en")} a second` : ""}`,
  paceLabel: "Pace",
  pace: { full: "Full speed", phase: "By phase" },
  phases: ["Batch", "Forward", "Loss", "Backward", "Update"] as const,
  phaseNotes: {
    batch: (count: number) => counted(count, "image"),
    forward: (logits: number) => `${counted(logits, "logit")} each`,
    slopes: (parameters: number) => counted(parameters, "slope"),
    mean: "mean",
    rate: "η =",
  },
  told: [
    "The batch is taken. The first picture of it is followed here.",
    "Every picture goes through the network; the logits of the first one stand below.",
    "Each guess is compared with its label. The loss of the batch is the mean of its pictures' losses.",
    "Every picture sends its slopes back; those of the first one are shown. Nothing has changed yet.",
    "Each parameter moves against the mean slope of the batch, with momentum. The kernels are the new ones.",
  ] as const,
  standing: {
    preparing: "Drawing the pictures …",
    ready: "Ready: the first step has not been taken.",
    running: "Training.",
    paused: "Paused.",
    judging: "Testing on every test picture, and measuring when a guess is sure …",
    ended: "This run has ended.",
    lost: "The worker was lost.",
  },
  final: (accuracy: string, count: number, unseen: boolean) =>
    `${accuracy} of ${counted(count, unseen ? "digit" : "picture")} ${unseen ? "it never saw" : "it learnt from"} are read right.`,
  sureness: ({
    threshold,
    known,
    strange,
  }: {
    readonly threshold: string;
    readonly known: string;
    readonly strange: string;
  }) =>
    `Sure from ${threshold} on: so ${known} of the digits read right are called sure, and ${strange} of scribbles that are no digit.`,
  train: "Train",
  resume: "Train on",
  pause: "Pause",
  oneStep: "One step",
  rewind: "Rewind",
  nextPhase: (name: string) => `Next phase: ${name}`,
  nextStep: "Next step",
  download: "Download the model",
  openFile: "Open a model file",
  dropped: "Or drop one anywhere on this page.",
  opened: (title: string, shape: string, classes: number) =>
    `${title} is open: pictures ${shape}, ${counted(classes, "class", "classes")}. Choose it under Net or Trace.`,
  openedIn: { net: "Open in Net", trace: "Open in Trace" },
  misfit: {
    expected: "a network that reads pictures of 28×28×1, for the draw pad and the digits",
    received: (shape: string, classes: number) =>
      `one that reads ${shape}, with ${counted(classes, "class", "classes")}`,
    hint: "It can be opened under Net and Trace; the run on this page goes on as it was.",
  },
  settings: {
    rate: "Learning rate η",
    momentum: "Momentum",
    batch: "Batch",
    seed: "Seed",
    data: "Learns from",
    net: "Network",
    anew: "These settings begin a new run.",
    begin: "Begin a new run",
    choices: { digits: "Digits", drawn: "Own classes" },
  },
  loss: "Loss",
  lossNote: (batch: string) => `this batch ${batch}`,
  accuracy: "Accuracy",
  accuracyNote: (count: number, unseen: boolean) =>
    unseen ? `${count.toLocaleString("en")} it never saw` : `${counted(count, "picture")} it learns from`,
  chart: (name: string, last: string, steps: number) => `${name} by step: ${last} after ${counted(steps, "step")}`,
  kernels: (layer: string, shown: number, all: number) =>
    `${layer}, ${shown < all ? `${shown} of ${all}` : all} kernels`,
  kernel: (layer: string, k: number) => `${layer}, kernel ${k}`,
  gradients: "the same kernels, for the picture below",
  maps: (layer: string) => `Maps of ${layer}`,
  map: (layer: string, k: number) => `${layer}, channel ${k}`,
  picture: (name: string) => `A picture of class ${name}`,
  logits: "Logits of this picture",
  batch: (count: number) => `The batch: ${counted(count, "image")}`,
  runModel: (run: number, step: number) => `Run ${run}, step ${step}`,
  drawnModel: (run: number, step: number, name: string) => `Run ${run}, step ${step}, your ${name}`,
  sizes: "Gradient size by layer",
  sizesNote: "root of the mean square",
  verdicts: { fine: "", vanishes: "vanishes", explodes: "large update", "not trained": "not trained" } as Readonly<
    Record<string, string>
  >,
  confusion: "Confusion",
  confusionNote: "true ↓ guess →",
  confused: (count: number, truth: string, guess: string) =>
    `${counted(count, "time")} a ${truth} was called ${guess}.`,
  perfect: "No test picture is misread.",
  cell: (count: number, truth: string, guess: string) => `${truth} called ${guess}: ${count}`,
  time: {
    label: "Steps",
    kept: (first: number, last: number, kept: number) => `Step ${first} … ${last}: ${counted(kept, "step")} kept`,
    now: (step: number) => `step ${step}`,
    first: "To the first step",
    previous: "Previous kept step",
    next: "Next kept step",
  },
  looking: (step: number) => `You look at step ${step}.`,
  back: "Back to the newest",
  trace: (step: number) => `Open step ${step} in Trace`,
  pad: {
    title: "Draw a digit",
    titleDrawn: "Draw one",
    clear: "Clear",
    label: "Draw pad",
    keys: "Arrow keys move the pen, with Shift further; Space puts it down and lifts it.",
    down: "Pen down",
    up: "Pen up",
    empty: "Draw with a finger, the mouse or the keys: the guess changes as you draw.",
    seen: "As the network sees it",
    busy: "The guess comes when the network is there.",
  },
  guess: {
    sure: (score: string, next: string) => `Sure: ${score}. Next is ${next}.`,
    unsure: (score: string) => `Not sure: ${score}.`,
    open: (prob: string, next: string) => `${prob}. Next is ${next}.`,
    notSure: "Not sure",
    threshold: (threshold: string) => `Sure from ${threshold} on.`,
    score: (score: string) => `The score is ${score}.`,
    measured: (known: string, strange: string) =>
      `Measured: ${known} of digits read right reach it, ${strange} of scribbles.`,
    unmeasured: "When a guess is sure is measured as soon as a run pauses.",
    unmeasurable: "When a guess is sure is not measured for classes drawn here: that takes many more pictures.",
    why: (name: string) => `Why ${name}? Open in Trace`,
    bars: "Probability of each class",
  },
  classes: {
    title: "Classes",
    name: "Name",
    add: "Add this drawing",
    more: "Another class",
    remove: "Remove the last",
    short: "Two classes with one drawing each are the least.",
    how: "Draw on the pad, then press + beside a class to add the drawing to it. A few drawings of each class are enough; then begin the run.",
    count: (count: number) => counted(count, "drawing"),
    initial: ["A", "B", "C", "D", "E", "F", "G", "H"] as const,
  },
};
