// The example's page: trains the lesson's network in this tab, shows how it goes, then reads what one writes.
// With a bundler these three are "cutaway", "cutaway/…"; here the page imports the built files themselves.
import { evaluate, fit, lesson, linearDecay, sgd } from "./dist/web.js";
import { pixelsOf, writeOn } from "./pad.js";

const element = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const say = (text) => {
  element("state").textContent = text;
};

const model = lesson();
let run;

/** Draws at most once a frame, however many steps there are. */
function painter(begun) {
  const losses = [];
  let last;
  let due = false;
  const paint = () => {
    due = false;
    element("progress").value = last.step / last.totalSteps;
    element("loss").textContent = last.loss.toFixed(3);
    element("accuracy").textContent = percent(last.accuracy);
    const seen = (last.epoch - 1) * 20_000 + last.images;
    element("speed").textContent = Math.round((1000 * seen) / (performance.now() - begun)).toLocaleString("en");
    const points = losses.map((loss, k) => `${(600 * k) / (last.totalSteps - 1)},${140 - 50 * Math.min(loss, 2.7)}`);
    element("line").setAttribute("points", points.join(" "));
  };
  return (event) => {
    losses.push(event.batchLoss);
    last = event;
    if (!due) requestAnimationFrame(paint);
    due = true;
  };
}

function showThreads({ threads, instructionSet, why }) {
  element("threads").textContent = threads;
  element("why").textContent = [`WebAssembly kernels: ${instructionSet}`, ...why].join(" · ");
}

async function train({ train: data, test }) {
  element("train").disabled = true;
  element("stop").disabled = false;
  element("writing").inert = true;
  say("Training…");
  const optimizer = sgd({ learningRate: linearDecay(0.05), momentum: 0.9 });
  run = fit(model, data, { optimizer, epochs: 2, batchSize: 32, seed: 1 });
  const show = painter(performance.now());
  for await (const event of run) {
    if (event.type === "start") showThreads(event);
    if (event.type === "step") show(event);
  }
  const result = await run;
  showThreads(result);
  element("stop").disabled = true;
  say("Testing…");
  const { accuracy, count } = await evaluate(model, test);
  const how = result.stopped ? "Stopped" : `Trained in ${result.seconds.toFixed(1)} s`;
  say(`${how}. It reads ${percent(accuracy)} of ${count.toLocaleString("en")} digits it never saw.`);
  element("train").disabled = false;
  element("train").textContent = "Train on";
  element("writing").inert = false;
}

/** One bar a class. */
const bars = Array.from("0123456789", (name) => {
  const item = document.createElement("li");
  item.innerHTML = `<span>${name}</span><progress max="1" value="0" aria-label="${name}"></progress><span>–</span>`;
  element("bars").append(item);
  return { bar: item.children[1], text: item.children[2] };
});

/** One picture at a time; what is written meanwhile is read next. */
let reading = false;
let again = false;
async function read() {
  again = reading;
  if (reading) return;
  const pixels = pixelsOf(element("pad"));
  if (!pixels) return;
  reading = true;
  const { probs, name } = await model.predict(pixels);
  reading = false;
  element("guess").textContent = name;
  for (const [k, { bar, text }] of bars.entries()) {
    bar.value = probs[k];
    text.textContent = percent(probs[k]);
  }
  if (again) read();
}

const wipe = writeOn(element("pad"), read);
element("clear").addEventListener("click", () => {
  wipe();
  element("guess").textContent = "–";
  for (const { bar, text } of bars) {
    bar.value = 0;
    text.textContent = "–";
  }
});
element("stop").addEventListener("click", () => run?.stop());

const drawing = new Worker(new URL("./data.js", import.meta.url), { type: "module" });
drawing.addEventListener("message", ({ data }) => {
  drawing.terminate();
  say("Ready.");
  element("train").disabled = false;
  element("train").addEventListener("click", () => {
    train(data).catch((error) => say(String(error)));
  });
});
drawing.addEventListener("error", () => say("The digits could not be drawn: is dist/ built?"));
