// cutaway predict: what a model takes pictures for.
import { Command } from "commander";
import { readPicture } from "../host/node/data.ts";
import type { Model } from "../nn/model.ts";
import { formOf, openModel } from "./inputs.ts";
import { heading, percent, print, printJson } from "./output.ts";

interface Guess {
  readonly file: string;
  readonly classes: readonly { readonly name: string; readonly index: number; readonly probability: number }[];
  /** How the picture was brought to the model's form. */
  readonly steps: readonly string[];
}

/** Classes that the plain text shows. */
const shown = 3;

export function predictCommand(): Command {
  return new Command("predict")
    .description("classify picture files")
    .argument("<model>", "a model.safetensors")
    .argument("<image...>", "PNG, JPEG or WebP files")
    .option("--json", "print one JSON object a picture")
    .action(run);
}

async function run(path: string, images: readonly string[], { json }: { readonly json?: boolean }): Promise<void> {
  const model = await openModel(path);
  for (const file of images) {
    const guess = await guessAt(model, file);
    if (json) printJson(guess);
    else print(describe(guess));
  }
}

async function guessAt(model: Model, file: string): Promise<Guess> {
  const { pixels, steps } = await readPicture(file, formOf(model));
  const { probs } = await model.predict(pixels);
  const classes = Array.from(probs, (probability, index) => {
    return { name: model.classes?.[index] ?? String(index), index, probability };
  });
  return { file, classes: classes.sort((a, b) => b.probability - a.probability || a.index - b.index), steps };
}

function describe({ file, classes, steps }: Guess): string {
  const best = classes.slice(0, shown).map(({ name, probability }) => `${name} ${percent(probability)}`);
  const how = steps.length > 0 ? `\n  seen as: ${steps.join("; ")}` : "";
  return `${heading(file)}: ${best.join(", ")}${how}`;
}
