// cutaway example: an operation's worked example, computed.
import { Command } from "commander";
import { cellAt, sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/cli.ts";
import { operations } from "../ops/index.ts";
import type { WorkedExample, WorkedTensor } from "../story/example.ts";
import { formatNumber } from "../trace/notation.ts";
import { accountToLatex, accountToText } from "../trace/render.ts";
import { type Format, readFormat } from "./explain.ts";
import { loadStory } from "./load-story.ts";
import { heading, print, printJson, table } from "./output.ts";

export function exampleCommand(): Command {
  return new Command("example")
    .summary("show an operation's worked example, computed")
    .description(
      "Shows an operation's worked example: small inputs, the outputs computed from them, and the cells opened.",
    )
    .argument("<op>", Object.keys(operations).join(", "))
    .option("--format <format>", "text, json or latex", readFormat, "text" as const)
    .option("--json", "the same as --format json")
    .action(run);
}

async function run(op: string, { format, json }: { readonly format: Format; readonly json?: boolean }): Promise<void> {
  const { workedExample } = await loadStory();
  const example = await workedExample(op);
  if (!example) return fail("cli.example", { received: op, known: Object.keys(operations) });
  if (json || format === "json") printJson(example);
  else if (format === "latex") print(example.accounts.map(accountToLatex).join("\n\n"));
  else print(describe(example));
}

function describe({ inputs, outputs, accounts }: WorkedExample): string {
  const tensors = [...Object.entries(inputs), ...Object.entries(outputs)];
  const blocks = tensors.map(
    ([name, tensor]) => `${[heading(name), tensor.shape.join("×")].join(" ").trimEnd()}\n${grid(tensor)}`,
  );
  return [...blocks, ...accounts.map(accountToText)].join("\n\n");
}

/** Rows and columns of a map or matrix, one block for each of the other indices; a vector is one row. */
function grid({ shape, values }: WorkedTensor): string {
  const [rows, columns, ...rest] = shape.length < 2 ? [1, values.length] : shape;
  const depth = sizeOf(rest);
  const row = (i: number, c: number) =>
    Array.from({ length: columns }, (_, j) => formatNumber(values[(i * columns + j) * depth + c]));
  const block = (c: number) => {
    const lines = table(
      Array.from({ length: rows }, (_, i) => row(i, c)),
      0,
    );
    return `  ${lines.replaceAll("\n", "\n  ")}`;
  };
  const named = (c: number) => `  [row, column, ${cellAt(rest, c).join(", ")}]\n${block(c)}`;
  return depth === 1 ? block(0) : Array.from({ length: depth }, (_, c) => named(c)).join("\n");
}
