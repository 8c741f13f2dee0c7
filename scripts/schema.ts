// Writes docs/graph.schema.json, the JSON Schema of a network as data, from the operations' option tables; --check only compares.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initialiserNames } from "../src/graph/graph.ts";
import { type OpName, operations } from "../src/ops/index.ts";
import type { Operation } from "../src/ops/op.ts";
import type { OptionKind } from "../src/ops/options.ts";
import { namePattern, specialNodes } from "../src/trace/address.ts";
import { readText, root } from "./tree.ts";

const target = "docs/graph.schema.json";

/** What each option means, by its name: one meaning wherever it appears. */
const meanings: Readonly<Record<string, string>> = {
  divisor: "Every number is divided by it.",
  filters: "How many kernels, which is how many channels come out.",
  units: "How many numbers come out.",
  kernelSize: "Height and width of the kernels.",
  poolSize: "Height and width of the window.",
  strides: "How far the window moves, down and to the right.",
  padding: "Cells around the image.",
  dilationRate: "Distance between neighbouring cells of the kernel.",
  groups: "Into how many groups the channels are parted; each is convolved by itself.",
  useBias: "Whether a learnt number is added to every output.",
};

/** The schema as an object, keys in a fixed order. */
export function graphSchema(): object {
  const names = Object.keys(operations) as OpName[];
  const branches = names.map((name) => [name, nodeSchema(name, operations[name])] as const);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Cutaway network graph",
    description:
      "Nodes in order, each an operation over earlier nodes. Beyond this schema: names are unique, inputs name earlier nodes or the input, and shapes must fit.",
    type: "object",
    properties: {
      $schema: { description: "Where this schema is; for editors.", type: "string" },
      input: {
        description: "Shape of one sample: [height, width, channels] of an image, or [units].",
        type: "array",
        items: { type: "integer", minimum: 1 },
        minItems: 1,
        maxItems: 3,
      },
      nodes: {
        description: "The last node is the network's output.",
        type: "array",
        items: { type: "object", required: ["op"], oneOf: names.map((name) => ({ $ref: `#/$defs/${name}` })) },
        minItems: 1,
      },
    },
    required: ["input", "nodes"],
    additionalProperties: false,
    $defs: { name: nameSchema, ...Object.fromEntries(branches) },
  };
}

const nameSchema = { type: "string", pattern: namePattern.source, not: { enum: specialNodes } };

function nodeSchema(name: OpName, { op }: Operation<object>): object {
  const options = Object.entries(op.options as Readonly<Record<string, OptionKind<unknown>>>);
  const needed = options.filter(([, kind]) => !kind.absent).map(([option]) => option);
  const required = [...(op.arity > 1 ? ["inputs"] : []), ...(needed.length > 0 ? ["options"] : [])];
  return {
    type: "object",
    properties: {
      name: { description: "Default: the kind and a counter, such as conv1.", $ref: "#/$defs/name" },
      op: { const: name },
      inputs: {
        description: `Names of earlier nodes, or "input".${op.arity > 1 ? "" : " Default: the node before."}`,
        type: "array",
        items: { type: "string" },
        minItems: op.arity,
        maxItems: op.arity,
      },
      options: {
        type: "object",
        properties: Object.fromEntries(options.map(([option, kind]) => [option, optionSchema(option, kind)])),
        ...(needed.length > 0 && { required: needed }),
        additionalProperties: false,
      },
      trainable: { description: "false: training leaves the parameters as they are.", type: "boolean", default: true },
      initializer: { description: "How the weights start.", enum: initialiserNames, default: "heUniform" },
    },
    required: ["op", ...required],
    additionalProperties: false,
  };
}

function optionSchema(option: string, { expected, schema, absent }: OptionKind<unknown>): object {
  const meaning = meanings[option];
  if (meaning === undefined) throw new Error(`scripts/schema.ts has no meaning for the option "${option}"; write one`);
  const usual = absent?.({});
  return { description: `${meaning} ${capital(expected)}.`, ...schema, ...(usual !== undefined && { default: usual }) };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The schema as the published file has it. */
export const schemaText = () => `${JSON.stringify(graphSchema(), null, 2)}\n`;

if (import.meta.main) {
  const path = join(root, target);
  const text = schemaText();
  const current = existsSync(path) && readText(target) === text;
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (!current) {
    process.stderr.write(`${target} is out of date. Run: npm run schema\n`);
    process.exitCode = 1;
  }
}
