// cutaway lesson: the mathematics of a convolutional network in ten steps, computed while one reads.
import { Command } from "commander";
import { fail } from "../base/words/cli.ts";
import { nodeHost } from "../host/node/host.ts";
import type { LessonOptions } from "../story/lesson/lesson.ts";
import { lessonSteps } from "../story/lesson/titles.ts";
import { loadStory } from "./load-story.ts";
import { oneOf, whole } from "./numbers.ts";
import { heading, print, printJson } from "./output.ts";

type Changes = NonNullable<LessonOptions["set"]>;

interface Options {
  readonly set?: Changes;
  readonly format: "text" | "json";
  readonly json?: boolean;
}

export function lessonCommand(): Command {
  return new Command("lesson")
    .summary("the mathematics in ten steps, computed while you read")
    .description(
      "Tells the mathematics of a convolutional network in ten steps, from the pixel to the update, on a 6×6 picture; every number is computed while you read.",
    )
    .argument("[step]", `1…${lessonSteps}; without it, all of them`, whole("STEP", 1, lessonSteps))
    .option("--set <address=value>", "change a pixel, a weight, a bias or learningRate; may be repeated", addChange)
    .option("--format <format>", "text or json", oneOf("--format", "text", "json"), "text" as const)
    .option("--json", "the same as --format json: one object a step")
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
Examples:
  cutaway lesson 2                                    nine products and their sum
  cutaway lesson 8 --set "input[2,2,0]=153"           another pixel, other gradients
  cutaway lesson 6 --set "conv1.kernel[0,0,0,0]=2"    another weight
  cutaway lesson 9 --set "learningRate=0.01"          a longer step`;

async function run(chosen: number | undefined, { set = {}, format, json }: Options): Promise<void> {
  const steps = chosen === undefined ? Array.from({ length: lessonSteps }, (_, k) => k + 1) : [chosen];
  const { lessonStep, lessonToText } = await loadStory();
  for (const [k, number] of steps.entries()) {
    const found = await lessonStep(number, { set, host: nodeHost });
    if (json || format === "json") {
      const { step, title, values, accounts } = found;
      printJson({ step, title, values, accounts });
    } else print(`${k > 0 ? "\n\n" : ""}${lessonToText(found, heading)}`);
  }
}

/** Reads one --set beside those before it. */
function addChange(text: string, before: Changes = {}): Changes {
  const [, address, number] = /^(.+)=(.*)$/.exec(text) ?? [];
  const value = number === undefined || number.trim() === "" ? Number.NaN : Number(number.replace("−", "-"));
  if (address !== undefined && Number.isFinite(value)) return { ...before, [address.trim()]: value };
  const expected = "ADDRESS=NUMBER, such as input[2,2,0]=153 or learningRate=0.01";
  return fail("cli.option", { option: "--set", expected, received: text });
}
