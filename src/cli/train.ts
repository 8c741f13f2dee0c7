// cutaway train: trains a network on a data set and writes a run folder.
import { Command } from "commander";
import { counted } from "../base/counted.ts";
import { presetNames } from "../nn/presets/presets.ts";
import type { Evaluation } from "../train/evaluate.ts";
import type { EpochEvent } from "../train/fit.ts";
import { type BackendOptions, backendOf, withBackend } from "./backend.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { rate, seedOption, whole } from "./numbers.ts";
import { heading, percent, print, printJson } from "./output.ts";
import { describeSureness } from "./sureness.ts";
import {
  defaults,
  doneOf,
  metricsOf,
  type Trained,
  type TrainSettings,
  testTrained,
  trainToFolder,
} from "./training.ts";

interface Options extends Omit<TrainSettings, "backend">, BackendOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const folders = "IDX files as MNIST has them, or one folder of pictures a class";

const examples = `
Examples:
  cutaway train                               the preset on the digits, into runs/lesson-digits-1
  cutaway train --data my-pictures --epochs 10
  cutaway train --data my-pictures --net my-net.ts --lr 0.01 --out runs/first`;

export function trainCommand(): Command {
  const command = new Command("train")
    .summary("train a network on pictures and save the run")
    .description(
      "Trains a network on pictures and saves the run in a folder: run.json (what was asked), metrics.jsonl (a line an epoch) and model.safetensors.",
    )
    .option("--data <source>", `"digits" (the embedded ones), or a folder: ${folders}`, defaults.data)
    .option("--net <net>", `${presetNames}, a .json graph, or a module whose default export is a model`, defaults.net)
    .option("--epochs <n>", "passes over the data", whole("--epochs", 1), defaults.epochs)
    .option("--batch <n>", "pictures a step", whole("--batch", 1), defaults.batch)
    .option("--lr <rate>", "learning rate at the start; it falls linearly to 0", rate("--lr"), defaults.lr)
    .option("--momentum <share>", "momentum of gradient descent", rate("--momentum", 1), defaults.momentum)
    .option("--seed <n>", "of the weights, the shuffling and the training digits", seedOption, defaults.seed)
    .option("--out <folder>", "where the run goes (default: runs/<net>-<data>-<seed>)")
    .option("--force", "replace a run that the folder already holds")
    .option("--json", "print one JSON object an epoch, then the result")
    .addHelpText("after", examples)
    .action(train);
  return withBackend(command);
}

async function train({ out, force, json, backend, exact, threads, ...rest }: Options): Promise<void> {
  const onEpoch = json ? { onEpoch: (event: EpochEvent) => printJson(metricsOf(event)) } : {};
  const settings = { ...rest, backend: backendOf({ backend, ...(exact && { exact }), ...(threads && { threads }) }) };
  const trained = await trainToFolder(settings, { out, force, ...onEpoch });
  if (trained.interrupted) process.exitCode = INTERRUPTED;
  const tested = await testTrained(trained);
  if (json) printJson(doneOf(trained, tested));
  else print(describe(trained, tested));
}

function describe({ model, result, modelPath }: Trained, tested: Evaluation | undefined): string {
  if (!tested) return `Stopped after step ${result.step} of ${result.totalSteps}. The model so far: ${modelPath}`;
  const { accuracy, count: pictures } = tested;
  const { sureness } = model;
  const sure = sureness ? `\n${heading("Sure of a guess")} ${describeSureness(sureness).join("; ")}` : "";
  const told = [
    `${heading("Test accuracy")} ${percent(accuracy)} on ${counted(pictures, "picture")},`,
    `after ${result.seconds?.toFixed(1)} s of training. The model: ${modelPath}`,
  ].join(" ");
  return `${told}${sure}`;
}
