// cutaway predict: what a model takes pictures for.
import { Command } from "commander";
import { readPicture } from "../host/node/data.ts";
import type { Model } from "../nn/model.ts";
import { formOf, openModel } from "./inputs.ts";
import { heading, percent, print, printJson, say } from "./output.ts";

interface Guess {
  readonly classes: readonly { readonly name: string; readonly index: number; readonly probability: number }[];
  /** How the picture was brought to the model's form. */
  readonly steps: readonly string[];
  /** Of a model that was calibrated: the score of the best guess, and whether it is sure. */
  readonly certainty?: number;
  readonly sure?: boolean;
}

/** Classes that the plain text shows. */
const shown = 3;

export function predictCommand(): Command {
  return new Command("predict")
    .summary("say what a model takes pictures for")
    .description(
      "Says what a model takes pictures for, best guess first, and how each was brought to the model's form.",
    )
    .argument("<model>", "a model.safetensors")
    .argument("<image...>", "PNG, JPEG or WebP files")
    .option("--json", "print one JSON object a picture")
    .action(run);
}

async function run(path: string, images: readonly string[], { json }: { readonly json?: boolean }): Promise<void> {
  const model = await openModel(path);
  for (const file of images) {
    const { steps, ...guess } = await guessAt(model, file);
    const seen = steps.length > 0 ? `seen as: ${steps.join("; ")}` : "";
    if (json && seen) say(`${file} ${seen}`);
    if (json) printJson({ file, ...guess });
    else print(`${heading(file)}: ${describe(guess, model)}${seen && `\n  ${seen}`}`);
  }
}

async function guessAt(model: Model, file: string): Promise<Guess> {
  const { pixels, steps } = await readPicture(file, formOf(model));
  const { probs, certainty, sure } = await model.predict(pixels);
  const classes = Array.from(probs, (probability, index) => {
    return { name: model.classes?.[index] ?? String(index), index, probability };
  });
  return {
    classes: classes.sort((a, b) => b.probability - a.probability || a.index - b.index),
    steps,
    ...(certainty !== undefined && { certainty, sure: sure === true }),
  };
}

function describe({ classes, certainty, sure }: Omit<Guess, "steps">, { sureness }: Model): string {
  const best = classes
    .slice(0, shown)
    .map(({ name, probability }) => `${name} ${percent(probability)}`)
    .join(", ");
  if (certainty === undefined || !sureness) return best;
  const [score, least] = [percent(certainty), percent(sureness.threshold)];
  return sure ? `${best}; sure (${score}, from ${least} on)` : `not sure (${score}, below ${least}): ${best}`;
}
