// cutaway story: one training step on one picture, told as a document.
import { Command } from "commander";
import { toJsonLine } from "../base/text.ts";
import { fail } from "../base/words/cli.ts";
import type { Story } from "../story/document/story.ts";
import { backendOf } from "./backend.ts";
import { openModel, openSample, requireLabel } from "./inputs.ts";
import { loadStory } from "./load-story.ts";
import { oneOf } from "./numbers.ts";
import { type OpeningOptions, withOpening } from "./opening.ts";
import { heading, patiently, say } from "./output.ts";
import { checkResult, type ResultOptions, withResult, writeResult } from "./result.ts";

type Format = "text" | "json" | "markdown" | "latex" | "html";

interface Options extends OpeningOptions, ResultOptions {
  readonly format?: Format;
  readonly json?: boolean;
}

export function storyCommand(): Command {
  const command = new Command("story")
    .summary("tell one training step on one picture as a document")
    .description(
      "Tells one training step on one picture: layers, maps, probabilities, loss, gradients, the ten strongest weights with their sums, the update, where the model looks, and the proof that the numbers hold.",
    )
    .argument("<model>", "a model.safetensors")
    .option(
      "--format <format>",
      `text, json, markdown, latex or html (default: by the ending of --output, else text)`,
      oneOf("--format", "text", "json", "markdown", "latex", "html"),
    )
    .option("--json", "the same as --format json")
    .addHelpText("after", examples)
    .action(run);
  return withOpening(withResult(command));
}

const examples = `
Examples:
  cutaway story model.safetensors --input digits#3                        in the terminal
  cutaway story model.safetensors --input digits#3 -o story.html          one page, to open without a network
  cutaway story model.safetensors --input 7.png --label 7 -o story.tex    for pdflatex
  cutaway story model.safetensors --input digits#3 -o story.md --lr 0.01  another learning rate`;

/** The story in a form, as a file holds it; titles are bold on a terminal. */
async function write(story: Story, format: Format, emphasis?: (title: string) => string): Promise<string> {
  const { storyToHtml, storyToLatex, storyToMarkdown, storyToText } = await loadStory();
  switch (format) {
    case "text":
      return `${storyToText(story, emphasis)}\n`;
    case "json":
      return `${toJsonLine(story)}\n`;
    case "markdown":
      return storyToMarkdown(story);
    case "latex":
      return storyToLatex(story);
    case "html":
      return storyToHtml(story);
  }
}

const endings: Readonly<Record<string, Format>> = {
  ".txt": "text",
  ".json": "json",
  ".md": "markdown",
  ".tex": "latex",
  ".html": "html",
};

async function run(path: string, options: Options): Promise<void> {
  const { output } = options;
  const format = options.json ? "json" : (options.format ?? formatOf(output));
  await checkResult(options);
  const story = await told(path, options);
  await writeResult(await write(story, format, output === undefined ? heading : undefined), options);
  if (story.proof.passed) return;
  say("cutaway: the proof failed: a number does not hold; the story's last section says which");
  process.exitCode = 1;
}

/** The form that a file's ending asks for; text where nothing is written to a file. */
function formatOf(output: string | undefined): Format {
  if (output === undefined) return "text";
  const ending = /\.[^./\\]*$/.exec(output)?.[0].toLowerCase() ?? "";
  const expected = `a file that ends in ${Object.keys(endings).join(", ")}, or --format as well`;
  return endings[ending] ?? fail("cli.option", { option: "--output", expected, received: output });
}

async function told(path: string, { input, label, lr, backend, exact }: OpeningOptions): Promise<Story> {
  const model = await openModel(path);
  const sample = await openSample(model, input, label);
  const { tellStory } = await loadStory();
  const work = tellStory(model, {
    input: sample.pixels,
    label: requireLabel(sample),
    learningRate: lr,
    backend: backendOf({ backend, ...(exact && { exact }) }),
  });
  return patiently("Telling the step", work);
}
