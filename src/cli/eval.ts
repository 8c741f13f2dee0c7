// cutaway eval: tests a model on a data set.
import { Command } from "commander";
import { counted } from "../base/counted.ts";
import { nodeHost } from "../host/node/host.ts";
import { type Evaluation, evaluate } from "../train/evaluate.ts";
import { type BackendOptions, backendOf, withBackend } from "./backend.ts";
import { openModel, openPart } from "./inputs.ts";
import { oneOf } from "./numbers.ts";
import { heading, patiently, percent, print, printJson, table } from "./output.ts";

interface Options extends BackendOptions {
  readonly data: string;
  readonly split: "test" | "train" | "all";
  readonly json?: boolean;
}

/** A confusion matrix wider than this gives way to each class's most frequent mistakes. */
const WIDEST = 120;
/** Mistakes of a class that are named then. */
const NAMED = 4;

export function evalCommand(): Command {
  const command = new Command("eval")
    .summary("test a model on pictures: accuracy, loss, confusion matrix")
    .description(
      "Tests a model on pictures: accuracy, mean loss, and for each true class what its pictures were taken for.",
    )
    .argument("<model>", "a model.safetensors")
    .requiredOption("--data <source>", '"digits", or a folder')
    .option("--split <part>", "test, train or all", oneOf("--split", "test", "train", "all"), "test" as const)
    .option("--json", "print one JSON object")
    .action(run);
  return withBackend(command);
}

async function run(path: string, { data: source, split, json, ...engine }: Options): Promise<void> {
  const model = await openModel(path);
  const data = await openPart(model, source, split);
  const found = await patiently(
    `Testing on ${counted(data.count, "picture")}`,
    evaluate(model, data, { backend: backendOf(engine), host: nodeHost }),
  );
  if (json) printJson(found);
  else print(describe(found));
}

export function describe(found: Evaluation): string {
  const { accuracy, loss, count: pictures } = found;
  const matrix = confusionMatrix(found);
  return [
    `${heading("accuracy")} ${percent(accuracy)}, loss ${loss.toFixed(4)}, ${counted(pictures, "picture")}`,
    "",
    matrix.indexOf("\n") <= WIDEST ? matrix : frequentMistakes(found),
  ].join("\n");
}

function confusionMatrix({ perClass, confusion }: Evaluation): string {
  const names = perClass.map(({ name }) => name);
  const rows = perClass.map((own, k) => [own.name, percent(own.accuracy), ...confusion[k].map(String)]);
  return table([["true \\ predicted", "accuracy", ...names], ...rows]);
}

/** A line a class: its pictures, its accuracy, what else they were taken for. */
function frequentMistakes({ perClass, confusion }: Evaluation): string {
  const columns = table([
    ["true", "pictures", "accuracy"],
    ...perClass.map((own) => [own.name, String(own.count), percent(own.accuracy)]),
  ]).split("\n");
  const mistakes = confusion.map((row, k) =>
    [...row.entries()]
      .filter(([predicted, n]) => predicted !== k && n > 0)
      .sort(([, a], [, b]) => b - a)
      .slice(0, NAMED)
      .map(([predicted, n]) => `${perClass[predicted].name} (${n})`)
      .join(", "),
  );
  return ["taken for", ...mistakes].map((taken, row) => `${columns[row]}  ${taken}`.trimEnd()).join("\n");
}
