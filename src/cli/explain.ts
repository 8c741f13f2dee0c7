// cutaway explain: opens one number of a model on one picture.
import { Command } from "commander";
import { toJsonLine } from "../base/text.ts";
import type { Opened } from "../story/opened.ts";
import type { Account } from "../trace/account.ts";
import { accountToLatex, accountToText } from "../trace/render.ts";
import { loadStory } from "./load-story.ts";
import { oneOf } from "./numbers.ts";
import { type OpeningOptions, open, withOpening } from "./opening.ts";
import { checkResult, type ResultOptions, withResult, writeResult } from "./result.ts";

export type Format = "text" | "json" | "latex";

interface Options extends OpeningOptions, ResultOptions {
  readonly format: Format | Drawn;
  readonly json?: boolean;
}

/** Forms that only a single account has. */
type Drawn = "svg" | "html";

export const readFormat = oneOf("--format", "text", "json", "latex");
const readForm = oneOf("--format", "text", "json", "latex", "svg", "html");

export function explainCommand(): Command {
  const command = new Command("explain")
    .summary("open any number of a model on one picture")
    .description(
      "Opens one number of a model on one picture: the terms that made it, and their sum against what is stored.",
    )
    .argument("<model>", "a model.safetensors")
    .argument("<address>", "[scope:]node.role[indices]; scopes are grad, grad(address) and next")
    .option("--format <format>", "text, json, latex, svg (a picture) or html (a page)", readForm, "text" as const)
    .option("--json", "the same as --format json")
    .addHelpText("after", addresses)
    .action(run);
  return withOpening(withResult(command));
}

const addresses = `
Addresses ("cutaway info" lists the layers; indices count from 0, images are [row,column,channel]):
  conv1.out[0,0,0]  input[5,7,0]  logits[3]  probs[3]  loss        a value of the forward pass
  conv1.kernel[0,0,0,0]  dense1.bias[3]                            a parameter
  grad:conv1.kernel[0,0,0,0]  grad:relu1.out[2,3,1]                the derivative of the loss by it
  grad(logits[3]):input[5,7,0]                                     the derivative of another number by it
  next:conv1.kernel[0,0,0,0]                                       the parameter after one step of --lr`;

async function run(path: string, address: string, options: Options): Promise<void> {
  await checkResult(options);
  const opened = await open(path, options);
  const text = await write(opened, opened.at(address), options.json ? "json" : options.format);
  await writeResult(`${text}\n`, options);
}

async function write(opened: Opened, account: Account, format: Options["format"]): Promise<string> {
  switch (format) {
    case "json":
      return toJsonLine(account);
    case "latex":
      return accountToLatex(account);
    case "text":
      return accountToText(account);
    default:
      return draw(opened, account, format);
  }
}

async function draw(opened: Opened, account: Account, format: Drawn): Promise<string> {
  const { accountToHtml, accountToSvg, largestIn } = await loadStory();
  return (format === "svg" ? accountToSvg : accountToHtml)(account, opened.network, largestIn(opened));
}
