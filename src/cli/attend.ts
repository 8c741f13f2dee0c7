// cutaway attend: where a model looks on one picture, as a map that can be drawn, and any cell of it opened.
import { Command } from "commander";
import { fail } from "../base/words/cli.ts";
import { nodeHost } from "../host/node/host.ts";
import type { AttentionMap } from "../story/attention/map.ts";
import { explain } from "../story/explain.ts";
import { accountToText } from "../trace/render.ts";
import { type BackendOptions, backendOf, withEngine } from "./backend.ts";
import { inputHelp, openModel, openSample } from "./inputs.ts";
import { loadStory } from "./load-story.ts";
import { oneOf, whole } from "./numbers.ts";
import { patiently, print, printJson } from "./output.ts";

interface Options extends BackendOptions {
  readonly input: string;
  readonly map: "saliency" | "grad-cam" | "occlusion";
  readonly target?: string;
  readonly layer?: string;
  readonly size?: number;
  readonly stride?: number;
  readonly value?: number;
  readonly at?: readonly [number, number];
  readonly json?: boolean;
}

export function attendCommand(): Command {
  const command = new Command("attend")
    .summary("draw where a model looks on one picture")
    .description(
      "Draws where a model looks on one picture: the pixels that a number reacts to (saliency), the places of a layer that speak for it (grad-cam), or what it loses where a patch hides the picture (occlusion).",
    )
    .argument("<model>", "a model.safetensors")
    .requiredOption("--input <image>", inputHelp)
    .option("--target <address>", "the number that the map is about, such as logits[3] (default: the largest logit)")
    .option(
      "--map <kind>",
      "saliency, grad-cam or occlusion",
      oneOf("--map", "saliency", "grad-cam", "occlusion"),
      "saliency" as const,
    )
    .option("--layer <name>", "grad-cam: the layer (default: the last convolution with its ReLU)")
    .option("--size <n>", "occlusion: rows and columns of the patch", whole("--size", 1))
    .option("--stride <n>", "occlusion: from one patch to the next", whole("--stride", 1))
    .option("--value <number>", "occlusion: what the patch shows (default: the picture's mean)", finite)
    .option("--at <row,column>", "open one cell of the map instead of drawing it", readCell)
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(run);
  return withEngine(command, "reference");
}

const examples = `
Examples:
  cutaway attend model.safetensors --input digits#3                              the pixels that the guess reacts to
  cutaway attend model.safetensors --input digits#3 --map grad-cam --target logits[8]
  cutaway attend model.safetensors --input digits#3 --map occlusion --at 4,4     one cell, with its terms`;

function finite(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  return fail("cli.option", { option: "--value", expected: "a finite number", received: text });
}

function readCell(text: string): readonly [number, number] {
  const match = /^(\d+),(\d+)$/.exec(text);
  if (match) return [Number(match[1]), Number(match[2])];
  return fail("cli.option", { option: "--at", expected: "a row and a column, such as 2,3", received: text });
}

async function run(path: string, options: Options): Promise<void> {
  checkSuits(options);
  const map = await patiently("Looking", mapOf(path, options));
  if (options.at) {
    const account = map.at(...options.at);
    if (options.json) printJson(account);
    else print(accountToText(account));
  } else if (options.json) {
    const { kind, target, formula, stated, shape, data } = map;
    printJson({ kind, target, formula, stated, shape, values: [...data] });
  } else {
    const { attentionToText } = await loadStory();
    print(attentionToText(map));
  }
}

/** Options that another map has are refused, not passed over. */
function checkSuits({ map, ...given }: Options): void {
  const owners = { layer: "grad-cam", size: "occlusion", stride: "occlusion", value: "occlusion" } as const;
  for (const option of ["layer", "size", "stride", "value"] as const) {
    if (given[option] === undefined || owners[option] === map) continue;
    const expected = `--map ${owners[option]} beside it`;
    fail("cli.option", { option: `--${option}`, expected, received: `--map ${map}` });
  }
}

/** The map that the options ask for. */
async function mapOf(path: string, options: Options): Promise<AttentionMap> {
  const { input, map, target, layer, size, stride, value, backend: name, exact } = options;
  const model = await openModel(path);
  const { pixels } = await openSample(model, input, undefined);
  const backend = backendOf({ backend: name, ...(exact && { exact }) });
  const { gradCam, occlusion, saliency } = await loadStory();
  if (map === "occlusion") {
    return occlusion(model, { input: pixels, target, size, stride, value, backend, host: nodeHost });
  }
  const opened = await explain(model, { input: pixels, backend });
  return map === "saliency" ? saliency(opened, { target }) : gradCam(opened, { target, layer });
}
