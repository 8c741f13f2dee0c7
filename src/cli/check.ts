// cutaway check: a model's gradients against central differences.
import { Command } from "commander";
import { type CheckResult, checkGradients } from "../story/check.ts";
import { openModel, openSample, requireLabel } from "./inputs.ts";
import { seedOption, whole } from "./numbers.ts";
import { print, printJson, table } from "./output.ts";

interface Options {
  readonly input: string;
  readonly label?: string;
  readonly samples: number;
  readonly all?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

/** Kinks that the plain text names. */
const shown = 5;

export function checkCommand(): Command {
  return new Command("check")
    .description("compare parameter gradients with central differences in float64")
    .argument("<model>", "a model.safetensors")
    .requiredOption("--input <image>", "a picture file, SOURCE#INDEX or SOURCE/train#INDEX")
    .option("--label <class>", "the true class (default: what the source says)")
    .option("--samples <n>", "cells of each tensor", whole("--samples", 1), 200)
    .option("--all", "every cell")
    .option("--seed <n>", "which cells", seedOption, 0)
    .option("--json", "print one JSON object")
    .action(run);
}

async function run(path: string, { input, label, samples, all, seed, json }: Options): Promise<void> {
  const model = await openModel(path);
  const sample = await openSample(model, input, label);
  const request = {
    input: sample.pixels,
    label: requireLabel(sample),
    samples: all ? ("all" as const) : samples,
    seed,
  };
  const result = await checkGradients(model, request);
  if (!result.passed) process.exitCode = 1;
  if (json) printJson(result);
  else print(describe(result));
}

function describe({ layers, kinks, passed, tolerance }: CheckResult): string {
  const rows = layers.map(({ name, checked, kinks: crossed, worstRelative }) => {
    return [name, String(checked), String(crossed), worstRelative.toExponential(2)];
  });
  const named = kinks.slice(0, shown).map(({ parameter, at }) => `a nudge of ${parameter} changes the choice at ${at}`);
  const rest = kinks.length > shown ? [`… and ${kinks.length - shown} more kinks (--json lists all)`] : [];
  return [
    table([["layer", "checked", "kinks", "worst relative error"], ...rows]),
    ...named,
    ...rest,
    passed ? `passed: every layer within ${tolerance}` : `failed: a layer is worse than ${tolerance}`,
  ].join("\n");
}
