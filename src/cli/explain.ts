// cutaway explain: opens one number of a model on one picture.
import { Command } from "commander";
import { explain } from "../story/opened.ts";
import type { Account } from "../trace/account.ts";
import { accountToLatex, accountToText } from "../trace/render.ts";
import { openModel, openSample } from "./inputs.ts";
import { oneOf, rate } from "./numbers.ts";
import { print, printJson } from "./output.ts";

export type Format = "text" | "json" | "latex";

interface Options {
  readonly input: string;
  readonly label?: string;
  readonly lr: number;
  readonly format: Format;
  readonly json?: boolean;
}

export const readFormat = oneOf("--format", "text", "json", "latex");

export function explainCommand(): Command {
  return new Command("explain")
    .description("open any number: conv1.out[0,0,0], grad:conv1.kernel[0,0,0,0], next:dense1.bias[3], loss …")
    .argument("<model>", "a model.safetensors")
    .argument("<address>", "[scope:]node.role[indices]; scopes are grad, grad(address) and next")
    .requiredOption("--input <image>", "a picture file, SOURCE#INDEX or SOURCE/train#INDEX")
    .option("--label <class>", "the true class (default: what the source says)")
    .option("--lr <rate>", "learning rate of next:", rate("--lr"), 0.001)
    .option("--format <format>", "text, json or latex", readFormat, "text" as const)
    .option("--json", "the same as --format json")
    .action(run);
}

async function run(path: string, address: string, { input, label, lr, format, json }: Options): Promise<void> {
  const model = await openModel(path);
  const sample = await openSample(model, input, label);
  const opened = await explain(model, { input: sample.pixels, label: sample.label, learningRate: lr });
  printAccount(opened.at(address), json ? "json" : format);
}

export function printAccount(account: Account, format: Format): void {
  if (format === "json") printJson(account);
  else print(format === "latex" ? accountToLatex(account) : accountToText(account));
}
