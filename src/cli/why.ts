// cutaway why: the reasons of a number on one picture, why it is 0 or why a parameter changes.
import { Command } from "commander";
import { placeOf } from "../graph/places.ts";
import { explain } from "../story/explain.ts";
import type { Opened } from "../story/opened.ts";
import { changeReasonsToText, zeroReasonsToText } from "../story/reasons/text.ts";
import { whyChanged } from "../story/reasons/why-changed.ts";
import { whyZero } from "../story/reasons/why-zero.ts";
import { parseAddress } from "../trace/address.ts";
import { type BackendOptions, backendOf, withEngine } from "./backend.ts";
import { inputHelp, labelHelp, openModel, openSample } from "./inputs.ts";
import { rate, whole } from "./numbers.ts";
import { print, printJson } from "./output.ts";

interface Options extends BackendOptions {
  readonly input: string;
  readonly label?: string;
  readonly lr: number;
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
    .requiredOption("--input <image>", inputHelp)
    .option("--label <class>", labelHelp)
    .option("--lr <rate>", "learning rate of the step", rate("--lr"), 0.001)
    .option("--limit <n>", "numbers that the search opens at most", whole("--limit", 1), 5000)
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(run);
  return withEngine(command, "reference");
}

const examples = `
Examples:
  cutaway why model.safetensors "grad:conv1.out[0,3,0]" --input digits#3     why no gradient gets there
  cutaway why model.safetensors "relu1.out[0,3,0]" --input digits#3          why a filter does not answer there
  cutaway why model.safetensors "conv1.kernel[0,0,0,0]" --input digits#3     why the step changes a weight`;

async function run(
  path: string,
  address: string,
  { input, label, lr, limit, json, backend, exact }: Options,
): Promise<void> {
  const model = await openModel(path);
  const sample = await openSample(model, input, label);
  const opened = await explain(model, {
    input: sample.pixels,
    label: sample.label,
    learningRate: lr,
    backend: backendOf({ backend, ...(exact && { exact }) }),
  });
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
