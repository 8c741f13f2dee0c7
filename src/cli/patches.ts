// cutaway patches: the places in a data set's pictures that excite the filters of a layer most.
import { Command } from "commander";
import { counted } from "../base/counted.ts";
import { fail } from "../base/words/cli.ts";
import { nodeHost } from "../host/node/host.ts";
import { type BackendOptions, backendOf, withEngine } from "./backend.ts";
import { openModel, openPart } from "./inputs.ts";
import { loadStory } from "./load-story.ts";
import { oneOf, whole } from "./numbers.ts";
import { patiently, print, printJson } from "./output.ts";

interface Options extends BackendOptions {
  readonly data: string;
  readonly split: "test" | "train" | "all";
  readonly layer: string;
  readonly filters?: readonly number[];
  readonly count: number;
  readonly json?: boolean;
}

export function patchesCommand(): Command {
  const command = new Command("patches")
    .summary("find the pictures' patches that excite a filter most")
    .description(
      "Finds, for each filter of a layer, the patches of a data set's pictures that it answers to most: at most one a picture, the strongest first.",
    )
    .argument("<model>", "a model.safetensors")
    .requiredOption("--data <source>", '"digits", or a folder')
    .requiredOption("--layer <name>", 'a layer of the model, such as relu1 ("cutaway info" lists them)')
    .option("--filters <list>", "positions of filters, such as 0,3 (default: all)", readFilters)
    .option("--count <n>", "patches a filter", whole("--count", 1), 9)
    .option("--split <part>", "test, train or all", oneOf("--split", "test", "train", "all"), "test" as const)
    .option("--json", "print one JSON object")
    .action(run);
  return withEngine(command, "auto");
}

function readFilters(text: string): readonly number[] {
  if (/^\d+(,\d+)*$/.test(text)) return text.split(",").map(Number);
  return fail("cli.option", {
    option: "--filters",
    expected: "positions from 0 up with commas between them",
    received: text,
  });
}

async function run(path: string, { data: source, split, layer, filters, count, json, ...engine }: Options) {
  const model = await openModel(path);
  const data = await openPart(model, source, split);
  const { excitingPatches, patchesToText } = await loadStory();
  const found = await patiently(
    `Looking at ${counted(data.count, "picture")}`,
    excitingPatches(model, data, { layer, filters, count, backend: backendOf(engine), host: nodeHost }),
  );
  if (json) {
    const plain = found.map(({ patches, ...filter }) => ({
      ...filter,
      patches: patches.map(({ pixels: { shape, data: numbers }, ...patch }) => {
        return { ...patch, pixels: { shape, values: [...numbers] } };
      }),
    }));
    printJson({ layer: found[0].layer, pictures: data.count, filters: plain });
  } else print(patchesToText(found, data.classes));
}
