// cutaway start: the guided first minute. Trains the preset on the embedded digits, tests it, opens one number forward and one backward.
import { Command } from "commander";
import { counted } from "../base/counted.ts";
import { cellAt } from "../base/shape.ts";
import { type Dataset, sampleImage } from "../data/dataset.ts";
import type { Model } from "../nn/model.ts";
import { largest } from "../nn/trainer.ts";
import { explain } from "../story/explain.ts";
import type { Opened } from "../story/opened.ts";
import type { Account } from "../trace/account.ts";
import type { Factor, Term } from "../trace/terms.ts";
import type { EpochEvent } from "../train/fit.ts";
import { brief } from "./brief.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { heading, percent, print, printJson, table } from "./output.ts";
import { describeSureness } from "./sureness.ts";
import { defaults, doneOf, metricsOf, testTrained, trainToFolder } from "./training.ts";

const folder = "runs/start";

export function startCommand(): Command {
  return new Command("start")
    .summary("the first minute: train, test, open a few numbers")
    .description(
      `Trains a small network on the embedded digits (some seconds), tests it, follows one score down to a pixel and the loss back to one weight. The run goes to ${folder}; an earlier one there is replaced.`,
    )
    .option("--json", "print one JSON object an epoch, the result, then the numbers that were opened")
    .action(run);
}

async function run({ json }: { readonly json?: boolean }): Promise<void> {
  const tell = (text: string) => json || print(text);
  tell(
    "Cutaway trains a small network to read digits, then opens numbers in it, with the arithmetic that made them.\n",
  );
  const onEpoch = json ? { onEpoch: (event: EpochEvent) => printJson(metricsOf(event)) } : {};
  const trained = await trainToFolder(defaults, { out: folder, force: true, ...onEpoch });
  const { model, modelPath, test } = trained;
  const tested = await testTrained(trained);
  if (!tested) {
    process.exitCode = INTERRUPTED;
    if (json) printJson(doneOf(trained, tested));
    tell(`Stopped. The model so far: ${modelPath}`);
    return;
  }
  const label = test.labels[0];
  const opened = await explain(model, { input: sampleImage(test, 0), label, learningRate: defaults.lr });
  const [forward, backward] = [followForward(opened, label), followBackward(opened)];
  if (json) for (const found of [doneOf(trained, tested), ...forward, ...backward]) printJson(found);
  const { accuracy, count: digits } = tested;
  tell(`\n${heading("Test")}: of ${counted(digits, "digit")} that it never saw, it reads ${percent(accuracy)} right.`);
  const { sureness } = model;
  if (sureness) tell(`${heading("Sure of a guess")} ${describeSureness(sureness).join(";\n")}.`);
  tell(`\n${await tellPicture(model, test)}`);
  tell(`\n${heading("Forward")}: where does the score of ${label} come from? Follow the largest term down to a pixel.`);
  tell(indented(forward.map((account) => brief(account))));
  tell(`\n${heading("Backward")}: how would the loss have one weight change? Take the one that changes most.`);
  tell(indented(backward.map((account) => brief(account))));
  tell(`\n${nextSteps(modelPath, label)}`);
}

/** Best guesses that are shown. */
const GUESSES = 3;

async function tellPicture(model: Model, test: Dataset): Promise<string> {
  const pixels = sampleImage(test, 0);
  const { probs } = await model.predict(pixels);
  const best = [...probs.keys()].sort((a, b) => probs[b] - probs[a]).slice(0, GUESSES);
  const guesses = best.map((k) => `${test.classes[k]} (${percent(probs[k])})`).join(", ");
  return `${heading("One of them")}, digits#0, is a ${test.classes[test.labels[0]]}. It sees: ${guesses}.\n${drawing(pixels)}`;
}

/** From a logit down to a pixel: at each layer the largest term of the sum. */
function followForward(opened: Opened, label: number): Account[] {
  const path = [opened.at(`logits[${label}]`)];
  for (;;) {
    const next = largestOperand(path[path.length - 1]);
    if (next === undefined) return path;
    path.push(opened.at(next));
  }
}

/** The operand of the largest term that is an output or a pixel, not a parameter. */
function largestOperand({ terms, combine }: Account): string | undefined {
  const size = ({ value }: Term) => (combine === "max" ? value : Math.abs(value));
  const order = terms.filter(({ factors }) => operand(factors) !== undefined).sort((a, b) => size(b) - size(a));
  return order.length > 0 ? operand(order[0].factors) : undefined;
}

function operand(factors: readonly Factor[]): string | undefined {
  return factors.find(({ address }) => address !== undefined && /^input|\.out/.test(address))?.address;
}

/** The loss, the first kernel's weight with the largest gradient, and its update. */
function followBackward(opened: Opened): Account[] {
  const kernel = "conv1.kernel";
  const { shape, data } = opened.tensor(`grad:${kernel}`);
  const cell = `${kernel}[${cellAt(shape, largest(Float64Array.from(data, Math.abs))).join(",")}]`;
  return [opened.at("loss"), opened.at(`grad:${cell}`), opened.at(`next:${cell}`)];
}

/** All lines two columns to the right. */
function indented(texts: readonly string[]): string {
  return texts.map((text) => `  ${text.replaceAll("\n", "\n  ")}`).join("\n");
}

function nextSteps(model: string, label: number): string {
  const steps = [
    [`npx cutaway explain ${model} "logits[${label}]" --input digits#0`, "every term of that score"],
    [`npx cutaway explain ${model} "grad:input[14,14,0]" --input digits#0`, "what one pixel does"],
    [`npx cutaway eval ${model} --data digits`, "what it takes for what"],
    [`npx cutaway check ${model} --input digits#0`, "its gradients, tested"],
    ["npx cutaway example conv2d", "a convolution by hand"],
    ["npx cutaway train --help", "train on your own pictures"],
  ];
  const rows = steps.map(([command, what]) => [`  ${command}`, `# ${what}`]);
  return `${heading("Saved")} as ${model}. Try next:\n${table(rows, 2)}`;
}

const inks = " ░▒▓█";

/** A grey picture of 28×28 in characters, each the mean of a pixel and the one below it; empty rows are left out. */
function drawing(pixels: ArrayLike<number>, side = 28): string {
  const ink = (i: number, j: number) => (pixels[i * side + j] + pixels[(i + 1) * side + j]) / 2;
  const rows = Array.from({ length: side / 2 }, (_, i) =>
    Array.from({ length: side }, (_, j) => inks[Math.round((ink(2 * i, j) / 255) * (inks.length - 1))]).join(""),
  );
  return rows.filter((row) => row.trim() !== "").join("\n");
}
