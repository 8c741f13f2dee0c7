// cutaway start: the guided first minute. Trains the preset on the embedded digits, tests it, opens one number forward and one backward.
import { Command } from "commander";
import { cellAt } from "../base/shape.ts";
import { sampleImage } from "../data/dataset.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { largest } from "../nn/trainer.ts";
import { explain, type Opened } from "../story/opened.ts";
import { accountToText } from "../trace/render.ts";
import { evaluate } from "../train/evaluate.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { heading, percent, print } from "./output.ts";
import { defaults, trainToFolder } from "./training.ts";

export function startCommand(): Command {
  return new Command("start")
    .description("train on the embedded digits, then open one number forward and one backward")
    .action(run);
}

async function run(): Promise<void> {
  const files = createNodeFiles();
  const { model, modelPath, test, interrupted } = await trainToFolder(defaults, {
    files,
    out: files.join("runs", "start"),
    force: true,
  });
  if (interrupted) {
    process.exitCode = INTERRUPTED;
    print(`Stopped. The model so far: ${modelPath}`);
    return;
  }
  const { accuracy, count } = await evaluate(model, test);
  print(`\n${heading("Tested")} on ${count} digits that it never saw: ${percent(accuracy)} right.`);
  const label = test.labels[0];
  const opened = await explain(model, { input: sampleImage(test, 0), label });
  print(`\n${heading("The picture")} digits#0, a ${test.classes[label]}:\n${drawing(sampleImage(test, 0))}`);
  tellForward(opened, label);
  tellBackward(opened);
  print(`\n${nextSteps(modelPath)}`);
}

/** From a logit down to a pixel: at each layer the largest term of the sum. */
function tellForward(opened: Opened, label: number): void {
  print(
    `\n${heading("Forward")}: where the score of class ${label} comes from, following the largest term down to a pixel.\n`,
  );
  for (
    let address: string | undefined = `logits[${label}]`;
    address !== undefined;
    address = largestOperand(opened, address)
  ) {
    print(accountToText(opened.at(address)));
  }
}

/** The operand of the largest term that is an output or a pixel, not a parameter. */
function largestOperand(opened: Opened, address: string): string | undefined {
  const { terms, combine } = opened.at(address);
  if (combine === "copy") return undefined;
  const size = (k: number) => (combine === "max" ? terms[k].value : Math.abs(terms[k].value));
  const order = [...terms.keys()]
    .filter((k) => operand(terms[k].factors) !== undefined)
    .sort((a, b) => size(b) - size(a));
  return order.length > 0 ? operand(terms[order[0]].factors) : undefined;
}

function operand(factors: readonly { readonly address?: string }[]): string | undefined {
  return factors.find(({ address }) => address !== undefined && /^input|\.out/.test(address))?.address;
}

/** The kernel weight with the largest gradient, and its update. */
function tellBackward(opened: Opened): void {
  const kernel = "conv1.kernel";
  const { shape, data } = opened.tensor(`grad:${kernel}`);
  const cell = `[${cellAt(shape, largest(Float64Array.from(data, Math.abs))).join(",")}]`;
  print(`\n${heading("Backward")}: how the loss reaches one weight of the first kernel, and its update.\n`);
  print(accountToText(opened.at("loss")));
  print(accountToText(opened.at(`grad:${kernel}${cell}`)));
  print(accountToText(opened.at(`next:${kernel}${cell}`)));
}

function nextSteps(model: string): string {
  return [
    `${heading("Saved")} ${model}. Try next:`,
    `  npx cutaway eval ${model} --data digits`,
    `  npx cutaway explain ${model} "grad(logits[3]):input[14,14,0]" --input digits#5`,
    `  npx cutaway check ${model} --input digits#0`,
    "  npx cutaway example conv2d",
    "  npx cutaway train --data <folder with one folder of pictures a class>",
  ].join("\n");
}

const inks = " ░▒▓█";

/** A grey picture of 28×28 in characters, two a pixel. */
function drawing(pixels: ArrayLike<number>, side = 28): string {
  const row = (i: number) =>
    Array.from({ length: side }, (_, j) =>
      inks[Math.round((pixels[i * side + j] / 255) * (inks.length - 1))].repeat(2),
    );
  return Array.from({ length: side }, (_, i) => `  ${row(i).join("").trimEnd()}`).join("\n");
}
