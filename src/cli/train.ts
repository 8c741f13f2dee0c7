// cutaway train: trains a network on a data set and writes a run folder.
import { Command } from "commander";
import { createNodeFiles } from "../host/node/files.ts";
import { evaluate } from "../train/evaluate.ts";
import { INTERRUPTED } from "./interrupt.ts";
import { rate, seedOption, whole } from "./numbers.ts";
import { percent, print, printJson } from "./output.ts";
import { defaults, metricsOf, type Trained, type TrainSettings, trainToFolder } from "./training.ts";

interface Options extends TrainSettings {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function trainCommand(): Command {
  return new Command("train")
    .description("train a network on pictures and save the run")
    .option("--data <source>", "digits, or a folder: IDX files, or one folder of pictures a class", defaults.data)
    .option("--net <net>", "lesson, a .json graph, or a module with a default export", defaults.net)
    .option("--epochs <n>", "passes over the data", whole("--epochs", 1), defaults.epochs)
    .option("--batch <n>", "pictures a step", whole("--batch", 1), defaults.batch)
    .option("--lr <rate>", "learning rate at the start; falls linearly to 0", rate("--lr"), defaults.lr)
    .option("--momentum <share>", "momentum of gradient descent", rate("--momentum", 1), defaults.momentum)
    .option("--seed <n>", "weights, shuffling and training digits", seedOption, defaults.seed)
    .option("--out <folder>", "where the run goes (default: runs/<net>-<data>-<seed>)")
    .option("--force", "replace a run that the folder already holds")
    .option("--json", "print one JSON object an epoch, then the result")
    .action(train);
}

async function train({ out, force, json, ...settings }: Options): Promise<void> {
  const onEpoch = json ? { onEpoch: (event: Parameters<typeof metricsOf>[0]) => printJson(metricsOf(event)) } : {};
  const trained = await trainToFolder(settings, { files: createNodeFiles(), out, force, ...onEpoch });
  if (trained.interrupted) process.exitCode = INTERRUPTED;
  const done = await describe(trained);
  if (json) printJson(done);
  else printDone(trained, done);
}

async function describe({ model, result, modelPath, test, interrupted }: Trained) {
  const { accuracy } = interrupted ? { accuracy: Number.NaN } : await evaluate(model, test);
  return {
    event: "done",
    testAccuracy: accuracy,
    trainSeconds: result.seconds,
    imagesPerSecond: result.imagesPerSecond,
    seed: result.seed,
    epochs: result.epoch,
    stopped: result.stopped,
    model: modelPath,
  };
}

function printDone({ result, interrupted, modelPath }: Trained, { testAccuracy }: { testAccuracy: number }): void {
  if (interrupted) print(`Stopped after step ${result.step} of ${result.totalSteps}. The model so far: ${modelPath}`);
  else
    print(
      `Test accuracy ${percent(testAccuracy)} after ${result.seconds?.toFixed(1)} s of training. The model: ${modelPath}`,
    );
}
