// cutaway info: what a model file holds.
import { Command } from "commander";
import { openModel } from "./inputs.ts";
import { print, printJson } from "./output.ts";

export function infoCommand(): Command {
  return new Command("info")
    .summary("show what a model file holds")
    .description("Shows what a model file holds: layers, shapes, parameters, classes and the form of its pictures.")
    .argument("<model>", "a model.safetensors")
    .option("--json", "print one JSON object")
    .action(run);
}

async function run(path: string, { json }: { readonly json?: boolean }): Promise<void> {
  const model = await openModel(path);
  const summary = model.summary();
  const nodes = summary.layers.map(({ name, op, shape, parameters }) => ({ name, op, shape, parameters }));
  const { dtype, classes, input } = model;
  if (json) printJson({ nodes, parameters: summary.parameters, dtype, classes: classes ?? null, input: input ?? null });
  else
    print(
      [
        String(summary),
        `numbers: ${dtype}`,
        `classes: ${classes?.join(", ") ?? "not named"}`,
        ...describeInput(input),
      ].join("\n"),
    );
}

function describeInput(input: Awaited<ReturnType<typeof openModel>>["input"]): string[] {
  if (!input) return [];
  const { shape, channels, resize, polarity, centring } = input;
  return [`pictures: ${shape.join("×")} ${channels}, resize ${resize}, polarity ${polarity}, centring ${centring}`];
}
