// cutaway explain: opens one number of a model on one picture.
import { Command } from "commander";
import { explain } from "../story/explain.ts";
import type { Account } from "../trace/account.ts";
import { accountToLatex, accountToText } from "../trace/render.ts";
import { type BackendOptions, backendOf, withEngine } from "./backend.ts";
import { inputHelp, labelHelp, openModel, openSample } from "./inputs.ts";
import { oneOf, rate } from "./numbers.ts";
import { print, printJson } from "./output.ts";

export type Format = "text" | "json" | "latex";

interface Options extends BackendOptions {
  readonly input: string;
  readonly label?: string;
  readonly lr: number;
  readonly format: Format;
  readonly json?: boolean;
}

export const readFormat = oneOf("--format", "text", "json", "latex");

export function explainCommand(): Command {
  const command = new Command("explain")
    .summary("open any number of a model on one picture")
    .description(
      "Opens one number of a model on one picture: the terms that made it, and their sum against what is stored.",
    )
    .argument("<model>", "a model.safetensors")
    .argument("<address>", "[scope:]node.role[indices]; scopes are grad, grad(address) and next")
    .requiredOption("--input <image>", inputHelp)
    .option("--label <class>", labelHelp)
    .option("--lr <rate>", "learning rate of the step behind next:", rate("--lr"), 0.001)
    .option("--format <format>", "text, json or latex", readFormat, "text" as const)
    .option("--json", "the same as --format json")
    .addHelpText("after", addresses)
    .action(run);
  return withEngine(command, "reference");
}

const addresses = `
Addresses ("cutaway info" lists the layers; indices count from 0, images are [row,column,channel]):
  conv1.out[0,0,0]  input[5,7,0]  logits[3]  probs[3]  loss        a value of the forward pass
  conv1.kernel[0,0,0,0]  dense1.bias[3]                            a parameter
  grad:conv1.kernel[0,0,0,0]  grad:relu1.out[2,3,1]                the derivative of the loss by it
  grad(logits[3]):input[5,7,0]                                     the derivative of another number by it
  next:conv1.kernel[0,0,0,0]                                       the parameter after one step of --lr`;

async function run(
  path: string,
  address: string,
  { input, label, lr, format, json, backend, exact }: Options,
): Promise<void> {
  const model = await openModel(path);
  const sample = await openSample(model, input, label);
  const opened = await explain(model, {
    input: sample.pixels,
    label: sample.label,
    learningRate: lr,
    backend: backendOf({ backend, ...(exact && { exact }) }),
  });
  printAccount(opened.at(address), json ? "json" : format);
}

function printAccount(account: Account, format: Format): void {
  if (format === "json") printJson(account);
  else print(format === "latex" ? accountToLatex(account) : accountToText(account));
}
