// cutaway info: what a model file holds.
import { Command } from "commander";
import { counted } from "../base/counted.ts";
import { fail } from "../base/words/cli.ts";
import { backendFacts } from "../graph/backend.ts";
import { nodeHost } from "../host/node/host.ts";
import type { Model } from "../nn/model.ts";
import { openModel } from "./inputs.ts";
import { print, printJson } from "./output.ts";
import { describeSureness, measuredOf } from "./sureness.ts";

export function infoCommand(): Command {
  return new Command("info")
    .summary("show what a model file holds")
    .description(
      "Shows what a model file holds: layers, shapes, parameters, classes and the form of its pictures; or what runs it here.",
    )
    .argument("[model]", "a model.safetensors")
    .option("--backend", "show instead which engine this machine has, and why not a faster one")
    .option("--json", "print one JSON object")
    .action(run);
}

interface Options {
  readonly backend?: boolean;
  readonly json?: boolean;
}

async function run(path: string | undefined, { backend, json }: Options): Promise<void> {
  if (backend) return showBackend(json === true);
  if (path === undefined) return fail("cli.usage", { command: "cutaway info", received: "no <model>" });
  const model = await openModel(path);
  const summary = model.summary();
  const nodes = summary.layers.map(({ name, op, shape, parameters }) => ({ name, op, shape, parameters }));
  const { dtype, classes, input, sureness } = model;
  if (json) {
    const known = { nodes, parameters: summary.parameters, dtype, classes: classes ?? null, input: input ?? null };
    printJson({ ...known, ...(sureness && { sureness: measuredOf(sureness) }) });
  } else
    print(
      [
        String(summary),
        `numbers: ${dtype}`,
        `classes: ${classes?.join(", ") ?? "not named"}`,
        ...describeInput(input),
        ...(sureness ? [`sure: ${describeSureness(sureness).join("; ")}`] : []),
      ].join("\n"),
    );
}

/** The engine that "auto" takes on this machine. */
async function showBackend(json: boolean): Promise<void> {
  const facts = await backendFacts("auto", nodeHost);
  const { backend, threads, instructionSet, shared, why } = facts;
  if (json) printJson({ backend, threads, instructionSet, shared, why });
  else print([`${backend}, ${instructionSet}, ${counted(threads, "thread")}`, ...why].join("\n"));
}

function describeInput(input: Model["input"]): string[] {
  if (!input) return [];
  const { shape, channels, resize, polarity, centring } = input;
  return [`pictures: ${shape.join("×")} ${channels}, resize ${resize}, polarity ${polarity}, centring ${centring}`];
}
