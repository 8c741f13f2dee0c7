// cutaway example: an operation's worked example, computed.
import { Command } from "commander";
import { fail } from "../base/errors.ts";
import { operations } from "../ops/index.ts";
import { type WorkedExample, type WorkedTensor, workedExample } from "../story/example.ts";
import { formatNumber } from "../trace/notation.ts";
import { accountToLatex, accountToText } from "../trace/render.ts";
import { type Format, readFormat } from "./explain.ts";
import { heading, print, printJson, table } from "./output.ts";

export function exampleCommand(): Command {
  return new Command("example")
    .description(`show the worked example of an operation: ${Object.keys(operations).join(", ")}`)
    .argument("<op>", "the operation")
    .option("--format <format>", "text, json or latex", readFormat, "text" as const)
    .option("--json", "the same as --format json")
    .action(run);
}

async function run(op: string, { format, json }: { readonly format: Format; readonly json?: boolean }): Promise<void> {
  const example = await workedExample(op);
  if (!example) return fail("cli.example", { received: op, known: Object.keys(operations) });
  if (json || format === "json") printJson(example);
  else if (format === "latex") print(example.accounts.map(accountToLatex).join("\n\n"));
  else print(describe(example));
}

function describe({ inputs, outputs, accounts }: WorkedExample): string {
  const tensors = [...Object.entries(inputs), ...Object.entries(outputs)];
  const blocks = tensors.map(([name, tensor]) => `${heading(name)} ${tensor.shape.join("×")}\n${grid(tensor)}`);
  return [...blocks, ...accounts.map(accountToText)].join("\n\n");
}

/** Rows and columns of a map, one block a channel; a vector is one row. */
function grid({ shape, values }: WorkedTensor): string {
  if (shape.length < 3) return table([values.map((value) => formatNumber(value))]);
  const [rows, columns, ...rest] = shape;
  const depth = rest.reduce((product, n) => product * n, 1);
  const channel = (c: number) =>
    table(
      Array.from({ length: rows }, (_, i) =>
        Array.from({ length: columns }, (_, j) => formatNumber(values[(i * columns + j) * depth + c])),
      ),
    );
  return Array.from({ length: depth }, (_, c) => channel(c)).join("\n\n");
}
