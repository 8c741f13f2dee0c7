// cutaway eval: tests a model on a data set.
import { Command } from "commander";
import type { Dataset } from "../data/dataset.ts";
import { type Evaluation, evaluate } from "../train/evaluate.ts";
import { openModel, openPart } from "./inputs.ts";
import { oneOf } from "./numbers.ts";
import { heading, percent, print, printJson, table } from "./output.ts";

interface Options {
  readonly data: string;
  readonly split: "test" | "train" | "all";
  readonly json?: boolean;
}

export function evalCommand(): Command {
  return new Command("eval")
    .description("test a model on pictures: accuracy, loss, confusion matrix")
    .argument("<model>", "a model.safetensors")
    .requiredOption("--data <source>", "digits, or a folder")
    .option("--split <part>", "test, train or all", oneOf("--split", "test", "train", "all"), "test" as const)
    .option("--json", "print one JSON object")
    .action(run);
}

async function run(path: string, { data: source, split, json }: Options): Promise<void> {
  const model = await openModel(path);
  const part = (name: "test" | "train") => openPart(model, source, name);
  const data = split === "all" ? joined(await part("train"), await part("test")) : await part(split);
  const found = await evaluate(model, data);
  if (json) printJson(found);
  else print(describe(found));
}

/** Both parts as one set. */
function joined(a: Dataset, b: Dataset): Dataset {
  const images =
    a.images instanceof Uint8Array && b.images instanceof Uint8Array
      ? new Uint8Array(a.images.length + b.images.length)
      : new Float32Array(a.images.length + b.images.length);
  images.set(a.images);
  images.set(b.images, a.images.length);
  return { ...a, images, labels: Uint32Array.of(...a.labels, ...b.labels), count: a.count + b.count };
}

function describe({ accuracy, loss, count, confusion, perClass }: Evaluation): string {
  const names = perClass.map(({ name }) => name);
  const rows = perClass.map((own, k) => [own.name, percent(own.accuracy), ...confusion[k].map(String)]);
  return [
    `${heading("accuracy")} ${percent(accuracy)}, loss ${loss.toFixed(4)}, ${count} pictures`,
    "",
    table([["true \\ predicted", "accuracy", ...names], ...rows]),
  ].join("\n");
}
