// The words of Home. They hold no results: numbers come in as parameters.

const counts = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const count = (n: number) => counts[n] ?? String(n);

export const home = {
  title: "Open any number in a neural network",
  lead: "Pick a pixel, a feature or a gradient and read the exact arithmetic that made it: from the image to the answer, and from the error back to one weight.",
  start: "Start with one pixel",
  draw: "Draw a digit",
  strip: "One pixel on its way to the answer, and the error on its way back",
  forward: "forward",
  backward: "backward",
  image: "Image",
  kernel: "Kernel",
  map: "Map after ReLU",
  pooled: "Pooled map",
  shares: "Answer",
  trueClass: "true",
  pixel: "one pixel",
  products: (n: number) => `one of ${count(n)} products`,
  sum: "their sum, after ReLU",
  wins: "wins",
  window: (rows: number, columns: number) => `its ${rows}×${columns} window`,
  logit: "of logit",
  back: {
    pixel: "∂L/∂pixel",
    weight: (row: number, column: number) => `∂L/∂weight (${row},${column})`,
    winner: "to the winner only",
    added: (n: number) => `${count(n)} products, added`,
    loss: (right: boolean) => (right ? "loss: the answer is right" : "loss: the answer is wrong"),
  },
  legends: {
    pixels: "Pixels",
    weights: "Weights",
    activations: "Activations",
    gradients: "Dashed: the way back, gradients",
  },
  entriesLabel: "Ways in",
  entries: {
    learn: {
      title: "Learn",
      text: (steps: number) => `${steps === 10 ? "Ten" : steps} steps, each number computed while you read.`,
    },
    trace: { title: "Trace", text: "Walk from the loss back to one kernel weight." },
    train: { title: "Train", text: "Here, in this tab. Nothing leaves your machine." },
  },
};
