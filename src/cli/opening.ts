// A model opened on one picture: the options and the work that every command about single numbers shares.
import type { Command } from "commander";
import { explain } from "../story/explain.ts";
import type { Opened } from "../story/opened.ts";
import { type BackendOptions, backendOf, withEngine } from "./backend.ts";
import { inputHelp, labelHelp, openModel, openSample } from "./inputs.ts";
import { rate } from "./numbers.ts";

export interface OpeningOptions extends BackendOptions {
  readonly input: string;
  readonly label?: string;
  readonly lr: number;
}

/** --input, --label, --lr and which engine's numbers are opened. */
export function withOpening(command: Command): Command {
  command
    .requiredOption("--input <image>", inputHelp)
    .option("--label <class>", labelHelp)
    .option("--lr <rate>", "learning rate of the step behind next:", rate("--lr"), 0.001);
  return withEngine(command, "reference");
}

export async function open(path: string, { input, label, lr, backend, exact }: OpeningOptions): Promise<Opened> {
  const model = await openModel(path);
  const sample = await openSample(model, input, label);
  return explain(model, {
    input: sample.pixels,
    label: sample.label,
    learningRate: lr,
    backend: backendOf({ backend, ...(exact && { exact }) }),
  });
}
