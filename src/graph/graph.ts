// A network as data: nodes in order, each an operation over named inputs. This is what a model file stores and `--net FILE` reads.

import type { Shape } from "../base/shape.ts";
import { fail } from "../base/words/graph.ts";
import { type OpName, operationOf, operations } from "../ops/index.ts";
import { readOptions } from "../ops/options.ts";
import { namePattern, specialNodes } from "../trace/address.ts";

/** How a node's weights start; the arithmetic stands in nn/initialisers.ts. */
export type Initialiser = "heUniform" | "heNormal" | "glorotUniform" | "glorotNormal";

export const initialiserNames: readonly Initialiser[] = ["heUniform", "heNormal", "glorotUniform", "glorotNormal"];

export interface GraphNode {
  readonly name: string;
  readonly op: OpName;
  /** Names of earlier nodes, or "input". */
  readonly inputs: readonly string[];
  /** Settled: every option present. */
  readonly options: Readonly<Record<string, unknown>>;
  /** false: training leaves its parameters as they are. */
  readonly trainable: boolean;
  readonly initializer: Initialiser;
}

export interface Graph {
  /** Height, width, channels of one image; or [units]. */
  readonly input: Shape;
  readonly nodes: readonly GraphNode[];
}

const graphKeys = ["$schema", "input", "nodes"];
const nodeKeys = ["name", "op", "inputs", "options", "trainable", "initializer"];

type Raw = Readonly<Record<string, unknown>>;

/** Checks a graph that comes from outside; a node's `name`, `inputs` (the node before), `options` and `trainable` may be left out. */
export function parseGraph(value: unknown, where: string): Graph {
  const raw = asObject(value, where, graphKeys);
  if (!isShape(raw.input)) {
    fail("graph.form", {
      where: `${where}, input`,
      expected: "a list of 1 to 3 whole numbers from 1 up",
      received: raw.input,
    });
  }
  if (!Array.isArray(raw.nodes) || raw.nodes.length === 0) {
    fail("graph.form", { where: `${where}, nodes`, expected: "a list of at least one node", received: raw.nodes });
  }
  const nodes: GraphNode[] = [];
  for (const [index, node] of raw.nodes.entries()) nodes.push(parseNode(node, `${where}, node ${index + 1}`, nodes));
  return { input: [...raw.input], nodes };
}

function parseNode(value: unknown, where: string, earlier: readonly GraphNode[]): GraphNode {
  const raw = asObject(value, where, nodeKeys);
  const { op } = raw;
  const operation = typeof op === "string" ? operationOf(op) : undefined;
  if (!operation) return fail("graph.operation", { where, received: op, known: Object.keys(operations) });
  const { name = nextName(operation.op.prefix, earlier), trainable = true, initializer: asked = "heUniform" } = raw;
  if (typeof name !== "string" || !namePattern.test(name) || specialNodes.includes(name)) {
    return fail("graph.name", { where, received: name, special: specialNodes });
  }
  if (earlier.some((node) => node.name === name)) return fail("graph.twice", { where, name });
  if (typeof trainable !== "boolean") {
    return fail("graph.form", { where: `${where}, trainable`, expected: "true or false", received: trainable });
  }
  const initializer = initialiserNames.find((known) => known === asked);
  if (!initializer) {
    const expected = `one of ${initialiserNames.join(", ")}`;
    return fail("graph.form", { where: `${where}, initializer`, expected, received: asked });
  }
  const given = asObject(raw.options === undefined ? {} : raw.options, `${where}, options`);
  const options: Raw = { ...readOptions<object>(operation.op.options, given, name) };
  const inputs = parseInputs(raw.inputs, where, operation.op.arity, earlier);
  return { name, op: op as OpName, inputs, options, trainable, initializer };
}

function parseInputs(value: unknown, where: string, arity: number, earlier: readonly GraphNode[]): string[] {
  const names = ["input", ...earlier.map((node) => node.name)];
  const inputs = value === undefined ? [names[names.length - 1]] : value;
  const place = `${where}, inputs`;
  if (!Array.isArray(inputs) || inputs.length !== arity) {
    return fail("graph.form", {
      where: place,
      expected: `a list of ${arity} node name${arity > 1 ? "s" : ""}`,
      received: inputs,
    });
  }
  const stranger = inputs.findIndex((name) => !names.includes(name));
  if (stranger >= 0) return fail("graph.input", { where: place, received: inputs[stranger], known: names });
  return [...inputs];
}

/** The operation's prefix with the first free counter: conv1, conv2 … */
export function nextName(prefix: string, nodes: readonly { readonly name: string }[]): string {
  const taken = new Set(nodes.map(({ name }) => name));
  let counter = 1;
  while (taken.has(`${prefix}${counter}`)) counter++;
  return `${prefix}${counter}`;
}

/** Adds the head of a classifier (softmax, then cross-entropy) to a graph whose last node gives the logits. */
export function withHead(graph: Graph): Graph {
  const logits = graph.nodes[graph.nodes.length - 1].name;
  const probs = nextName(operations.softmax.op.prefix, graph.nodes);
  const loss = nextName(operations.crossEntropy.op.prefix, graph.nodes);
  const head = [
    { name: probs, op: "softmax", inputs: [logits] },
    { name: loss, op: "crossEntropy", inputs: [logits, probs] },
  ];
  return parseGraph({ input: graph.input, nodes: [...graph.nodes, ...head] }, "network");
}

function isShape(value: unknown): value is Shape {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 3 &&
    value.every((n) => Number.isSafeInteger(n) && n > 0)
  );
}

function asObject(value: unknown, where: string, keys?: readonly string[]): Raw {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail("graph.form", { where, expected: "an object", received: value });
  }
  const stranger = keys && Object.keys(value).find((key) => !keys.includes(key));
  if (stranger !== undefined)
    fail("graph.form", { where, expected: `only the keys ${keys?.join(", ")}`, received: stranger });
  return value as Raw;
}
