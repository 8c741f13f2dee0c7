// cutaway why: the reasons of a number on one picture, why it is 0 or why a parameter changes.
import { Command } from "commander";
import { placeOf } from "../graph/places.ts";
import type { Opened } from "../story/opened.ts";
import { parseAddress } from "../trace/address.ts";
import { loadStory } from "./load-story.ts";
import { whole } from "./numbers.ts";
import { type OpeningOptions, open, withOpening } from "./opening.ts";
import { print, printJson } from "./output.ts";

interface Options extends OpeningOptions {
  readonly limit: number;
  readonly json?: boolean;
}

export function whyCommand(): Command {
  const command = new Command("why")
    .summary("say why a number is 0, or why a parameter changes")
    .description(
      "Says why a number is 0 on one picture (closed gates, lost windows, a softmax that is too sure, operands that are 0), or which positions of the picture change a parameter in one step of --lr.",
    )
    .argument("<model>", "a model.safetensors")
    .argument("<address>", "a number that is 0, or a parameter")
    .option("--limit <n>", "numbers that the search opens at most", whole("--limit", 1), 5000)
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(run);
  return withOpening(command);
}

const examples = `
Examples:
  cutaway why model.safetensors "grad:conv1.out[0,3,0]" --input digits#3     why no gradient gets there
  cutaway why model.safetensors "relu1.out[0,3,0]" --input digits#3          why a filter does not answer there
  cutaway why model.safetensors "conv1.kernel[0,0,0,0]" --input digits#3     why the step changes a weight`;

async function run(path: string, address: string, { limit, json, ...opening }: Options): Promise<void> {
  const opened = await open(path, opening);
  const { changeReasonsToText, whyChanged, whyZero, zeroReasonsToText } = await loadStory();
  if (asksForUpdate(opened, address)) {
    const reasons = whyChanged(opened, address);
    if (json) printJson(reasons);
    else print(changeReasonsToText(reasons));
  } else {
    const reasons = whyZero(opened, address, { limit });
    if (json) printJson(reasons);
    else print(zeroReasonsToText(reasons));
  }
}

/** A parameter, with next: or plain: the question is why it changes. */
function asksForUpdate({ network }: Opened, text: string): boolean {
  const address = parseAddress(text);
  const { kind } = address.scope;
  return kind === "next" || (kind === "value" && placeOf(network, address).role !== "out");
}
