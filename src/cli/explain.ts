// cutaway explain: opens one number of a model on one picture.
import { Command } from "commander";
import type { Account } from "../trace/account.ts";
import { accountToLatex, accountToText } from "../trace/render.ts";
import { oneOf } from "./numbers.ts";
import { type OpeningOptions, open, withOpening } from "./opening.ts";
import { print, printJson } from "./output.ts";

export type Format = "text" | "json" | "latex";

interface Options extends OpeningOptions {
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
    .option("--format <format>", "text, json or latex", readFormat, "text" as const)
    .option("--json", "the same as --format json")
    .addHelpText("after", addresses)
    .action(run);
  return withOpening(command);
}

const addresses = `
Addresses ("cutaway info" lists the layers; indices count from 0, images are [row,column,channel]):
  conv1.out[0,0,0]  input[5,7,0]  logits[3]  probs[3]  loss        a value of the forward pass
  conv1.kernel[0,0,0,0]  dense1.bias[3]                            a parameter
  grad:conv1.kernel[0,0,0,0]  grad:relu1.out[2,3,1]                the derivative of the loss by it
  grad(logits[3]):input[5,7,0]                                     the derivative of another number by it
  next:conv1.kernel[0,0,0,0]                                       the parameter after one step of --lr`;

async function run(path: string, address: string, { format, json, ...opening }: Options): Promise<void> {
  const opened = await open(path, opening);
  printAccount(opened.at(address), json ? "json" : format);
}

function printAccount(account: Account, format: Format): void {
  if (format === "json") printJson(account);
  else print(format === "latex" ? accountToLatex(account) : accountToText(account));
}
