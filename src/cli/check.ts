// cutaway check: a model's gradients against central differences.
import { Command } from "commander";
import { counted } from "../base/counted.ts";
import type { CheckResult } from "../story/check.ts";
import { inputHelp, labelHelp, openModel, openSample, requireLabel } from "./inputs.ts";
import { loadStory } from "./load-story.ts";
import { seedOption, whole } from "./numbers.ts";
import { patiently, print, printJson, say, table } from "./output.ts";

interface Options {
  readonly input: string;
  readonly label?: string;
  readonly samples: number;
  readonly all?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

/** Kinks that are named; the others are counted. */
const NAMED = 10;

export function checkCommand(): Command {
  return new Command("check")
    .summary("compare a model's gradients with central differences")
    .description(
      "Compares ∂loss/∂parameter of the backward pass with central differences in float64, and ends with 1 where a layer's worst relative error is too large. A nudge that crosses a ReLU's kink or changes a pool's winner is named and not compared.",
    )
    .argument("<model>", "a model.safetensors")
    .requiredOption("--input <image>", inputHelp)
    .option("--label <class>", labelHelp)
    .option("--samples <n>", "cells of each tensor, drawn by the seed", whole("--samples", 1), 200)
    .option("--all", "every cell")
    .option("--seed <n>", "of the cells that are drawn", seedOption, 0)
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
  const { checkGradients } = await loadStory();
  const result = await patiently("Checking gradients", checkGradients(model, request));
  if (!result.passed) process.exitCode = 1;
  if (json) {
    for (const line of describeKinks(result)) say(line);
    printJson({ layers: result.layers, passed: result.passed });
  } else print(describe(result));
}

export function describe(result: CheckResult): string {
  const { layers, passed, tolerance } = result;
  const rows = layers.map(({ name, checked, kinks: crossed, worstRelative }) => {
    return [name, String(checked), String(crossed), worstRelative.toExponential(2)];
  });
  const bad = layers.filter(({ worstRelative }) => !(worstRelative <= tolerance)).map(({ name }) => name);
  return [
    table([["layer", "checked", "kinks", "worst relative error"], ...rows]),
    ...describeKinks(result),
    passed ? `passed: no layer above ${tolerance}` : `failed: ${bad.join(", ")} above ${tolerance}`,
  ].join("\n");
}

function describeKinks({ kinks }: CheckResult): string[] {
  const named = kinks.slice(0, NAMED).map(({ parameter, at }) => `a nudge of ${parameter} changes the choice at ${at}`);
  return kinks.length > NAMED ? [...named, `… and ${counted(kinks.length - NAMED, "more kink")}`] : named;
}
