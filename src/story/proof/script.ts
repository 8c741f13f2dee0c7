// A proof that stands alone: a Python file that rebuilds the network in PyTorch from the model file and asserts the same numbers.
import type { Host } from "../../base/host.ts";
import { sortedJson } from "../../base/text.ts";
import { fail } from "../../base/words/model.ts";
import type { Backend } from "../../graph/backend.ts";
import { INPUT, type Network, type Node, parameterSpecs } from "../../graph/network.ts";
import { placeAt } from "../../graph/places.ts";
import type { Model } from "../../nn/model.ts";
import type { Pixels } from "../../nn/trainer.ts";
import { dtypeOf, type Numbers } from "../../tensor/tensor.ts";
import { explain } from "../explain.ts";
import type { Opened } from "../opened.ts";
import { base64Lines, littleEndian, pythonLiteral } from "./packed.ts";
import { type PyTorchForm, type PythonValue, pytorch } from "./pytorch.ts";
import { helpers, imports, main } from "./template.ts";

export interface ProofScriptRequest {
  /** One image as the model sees it: H·W·C numbers. */
  readonly input: Pixels;
  /** The true class. */
  readonly label: number;
  /** The file that the model was loaded from: where the Python file finds it, seen from its own folder, and the SHA-256 of its bytes in hexadecimal. */
  readonly file: { readonly path: string; readonly sha256: string };
  /** Whose numbers are asserted. Default as the model predicts: the fast engine for a float32 model, the reference for a float64 one. PyTorch
   * computes in the same type: float32 within 1e-4 of a tensor's largest number, float64 within 1e-10. */
  readonly backend?: Backend;
  readonly host?: Host | undefined;
}

/** The text of a Python file that needs PyTorch (1.13 or newer) only. Throws where the model has no loss, or image or label do not fit. */
export async function proofScript(model: Model, request: ProofScriptRequest): Promise<string> {
  const { network } = model;
  if (!network.head) fail("model.noHead", {});
  const { input, label, file, host = model.host } = request;
  const backend = request.backend ?? (model.dtype === "f64" ? "reference" : "auto");
  const opened = await explain(model, { input, label, backend, host });
  return [
    docstring,
    imports,
    settings(opened, label, file),
    graphOf(network),
    `\n${helpers}\n\n`,
    `INPUT = ${packed(opened.tensor("input").data)}.reshape(${pythonLiteral(network.input)})\n`,
    `OURS = ${table(numbersToAssert(network).map((address) => [address, packed(opened.tensor(address).data)]))}\n`,
    `# Which gates are open (1) and which cell of its window wins (row by row from 0).`,
    `CHOICES = ${table(choicesOf(opened))}\n\n`,
    [...definitions(network), networkFunction(network), main].join("\n\n\n"),
  ].join("\n");
}

const docstring = `#!/usr/bin/env python3
"""Holds what Cutaway computed on one picture against PyTorch: logits, probabilities, loss and every gradient.

The network is rebuilt from the model file, whose weights this file does not hold; the picture and what Cutaway computed are packed below.
Needs Python and PyTorch only:    python3 proof.py [MODEL]
"""`;

function settings(opened: Opened, label: number, { path, sha256 }: ProofScriptRequest["file"]): string {
  const wide = dtypeOf(opened.tensor("logits").data) === "f64";
  return `# Where the model file is, seen from this file's folder, and the SHA-256 of its bytes.
MODEL = ${pythonLiteral(path)}
SHA256 = ${pythonLiteral(sha256)}
LABEL = ${label}
DTYPE = ${wide ? "torch.float64" : "torch.float32"}
# Of a tensor's largest number.
TOLERANCE = ${wide ? "1e-10" : "1e-4"}
# So near to each other two values of a choice are a tie, as a part of the largest value of the tensor that is chosen from.
EDGE = TOLERANCE / 10
`;
}

function graphOf(network: Network): string {
  const { nodes, last, head = { probs: last, loss: last } } = network;
  const shapes = parameterSpecs(network).map(({ address, spec }) => [address, pythonLiteral(spec.shape)] as const);
  // Names and options of a graph hold neither quotes nor backslashes.
  return `GRAPH = '${sortedJson(network.graph)}'
PARAMETERS = ${table(shapes)}
HEAD = ${pythonLiteral([last, head.probs, head.loss].map((node) => nodes[node].name))}
`;
}

/** A dictionary, one entry a line. */
function table(entries: readonly (readonly [name: string, text: string])[]): string {
  return `{${entries.map(([name, text]) => `\n    ${pythonLiteral(name)}: ${text},`).join("")}\n}`;
}

function packed(numbers: Numbers): string {
  return unpacking(littleEndian(numbers), numbers instanceof Float64Array ? "float64" : "float32");
}

function unpacking(bytes: Uint8Array, kind: string): string {
  return `unpack("""${base64Lines(bytes).join("\n")}""", torch.${kind})`;
}

function numbersToAssert(network: Network): string[] {
  const gradients = ["input", ...parameterSpecs(network).map(({ address }) => address)];
  return ["logits", "probs", "loss", ...gradients.map((name) => `grad:${name}`)];
}

/** What every gate and window chose, from the numbers that the engine stored. */
function choicesOf(opened: Opened): (readonly [string, string])[] {
  const { network } = opened;
  const stored = (node: number) => opened.tensor((placeAt(network, node, "out") as { name: string }).name).data;
  return network.nodes.flatMap(({ name, operation, site, inputs }, node) => {
    const values = { inputs: inputs.map(stored), output: stored(node), parameters: {}, label: 0 };
    const choices = operation.reference.choices?.(site, values);
    return choices ? [[name, packedChoices(choices)] as const] : [];
  });
}

/** A byte a choice; four where a window has more cells than a byte counts. */
function packedChoices(choices: Int32Array): string {
  if (choices.every((choice) => choice < 256)) return unpacking(Uint8Array.from(choices), "uint8");
  const bytes = Array.from(choices, (choice) =>
    [choice, choice >> 8, choice >> 16, choice >> 24].map((part) => part & 255),
  );
  return unpacking(Uint8Array.from(bytes.flat()), "int32");
}

function formOf({ op }: Node): PyTorchForm<object> {
  return pytorch[op] as PyTorchForm<object>;
}

/** The functions that this network calls, each once. */
function definitions({ nodes }: Network): string[] {
  return [...new Set(nodes.map((node) => formOf(node).define))];
}

/** One call a node, in graph order. */
function networkFunction({ nodes }: Network): string {
  const lines = nodes.map((node) => {
    const inputs = node.inputs.map((source) => `v["${source === INPUT ? "input" : nodes[source].name}"]`);
    const parameters = Object.keys(node.parameters).map((name) => `${name}=p["${node.name}.${name}"]`);
    const settled = Object.entries(formOf(node).arguments(node.site, node.name));
    const given = settled.map(([name, value]: readonly [string, PythonValue]) => `${name}=${pythonLiteral(value)}`);
    return `    v["${node.name}"] = ${formOf(node).name}(${[...inputs, ...parameters, ...given].join(", ")})`;
  });
  return ["def network(x, p):", '    v = {"input": x}', ...lines, "    return v"].join("\n");
}
