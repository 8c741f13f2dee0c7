// One operation alone, without a graph: its arrays, its passes, and a sight of what they stored.
import { offsetOf, type Shape, sizeOf } from "../../src/base/shape.ts";
import type { ExampleCase, Operation, Sight, Site } from "../../src/ops/op.ts";
import { readOptions } from "../../src/ops/options.ts";
import { type Account, settle } from "../../src/trace/account.ts";
import { type Address, formatAddress, parseAddress } from "../../src/trace/address.ts";
import { cellSymbol, gradientSymbol } from "../../src/trace/notation.ts";
import type { CellFactor, Derivation } from "../../src/trace/terms.ts";

/** A tensor by what it is to the operation. */
export type Role = { readonly input: number } | { readonly parameter: string };

/** An operation at a site with every number of one sample, float64. */
export interface Bench {
  readonly operation: Operation<object>;
  readonly name: string;
  readonly site: Site<object>;
  readonly label: number;
  readonly inputs: Float64Array[];
  readonly parameters: Record<string, Float64Array>;
  readonly parameterShapes: Record<string, Shape>;
  readonly output: Float64Array;
  readonly outputGradient: Float64Array;
  readonly inputGradients: Float64Array[];
  readonly parameterGradients: Record<string, Float64Array>;
}

/** What stands in a tensor: given the role and the number of cells. */
export type Fill = (role: Role | "outputGradient", cells: number) => ArrayLike<number>;

export interface Setting {
  readonly operation: Operation<object>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Shape[];
  readonly label?: number;
}

/** Lays out an operation and fills it; nothing is computed yet. The output holds NaN so that a cell left out is found. */
export function lay({ operation, options: raw = {}, inputs: shapes, label = 0 }: Setting, fill: Fill): Bench {
  const { op } = operation;
  const site = siteOf(operation, raw, ...shapes);
  const specs = Object.entries(op.parameters(site.options, shapes));
  const filled = (role: Role | "outputGradient", shape: Shape) => Float64Array.from(fill(role, sizeOf(shape)));
  const zeros = (shape: Shape) => new Float64Array(sizeOf(shape));
  return {
    operation,
    name: `${op.prefix}1`,
    site,
    label,
    inputs: shapes.map((shape, input) => filled({ input }, shape)),
    parameters: Object.fromEntries(specs.map(([parameter, { shape }]) => [parameter, filled({ parameter }, shape)])),
    parameterShapes: Object.fromEntries(specs.map(([parameter, { shape }]) => [parameter, shape])),
    output: zeros(site.output).fill(Number.NaN),
    outputGradient: filled("outputGradient", site.output),
    inputGradients: shapes.map(zeros),
    parameterGradients: Object.fromEntries(specs.map(([parameter, { shape }]) => [parameter, zeros(shape)])),
  };
}

export function forward({ operation, site, inputs, output, parameters, label }: Bench): void {
  operation.reference.forward(site, { inputs, output, parameters, label });
}

/** Adds to the gradients; `wanted` says which are kept, all if absent. */
export function backward(bench: Bench, wanted: (role: Role) => boolean = () => true): void {
  const { operation, site, inputs, output, parameters, label } = bench;
  operation.reference.backward(
    site,
    { inputs, output, parameters, label },
    {
      output: bench.outputGradient,
      inputs: bench.inputGradients.map((gradient, input) => (wanted({ input }) ? gradient : undefined)),
      parameters: Object.fromEntries(
        Object.entries(bench.parameterGradients).filter(([parameter]) => wanted({ parameter })),
      ),
    },
  );
}

/** The inputs and parameters of a bench, each with its gradient. */
export function tensors(bench: Bench): { role: Role; shape: Shape; values: Float64Array; gradient: Float64Array }[] {
  return [
    ...bench.inputs.map((values, input) => ({
      role: { input },
      shape: bench.site.inputs[input],
      values,
      gradient: bench.inputGradients[input],
    })),
    ...Object.entries(bench.parameters).map(([parameter, values]) => ({
      role: { parameter },
      shape: bench.parameterShapes[parameter],
      values,
      gradient: bench.parameterGradients[parameter],
    })),
  ];
}

/** Where the bench's inputs stand in addresses: "input", and "input2" for the second. */
const inputNode = (which: number) => (which === 0 ? "input.out" : `input${which + 1}.out`);

/** What an explanation sees of a bench. */
export function sightOf(bench: Bench): Sight<object> {
  const { name, site, label } = bench;
  const factor = (
    symbol: string,
    place: string,
    cell: readonly number[],
    shape: Shape,
    data: Float64Array,
  ): CellFactor => ({
    symbol,
    address: cellAddress(place, cell),
    value: data[offsetOf(shape, cell)],
  });
  return {
    site,
    label,
    input: (letter, cell, which = 0) =>
      factor(cellSymbol(letter, cell), inputNode(which), cell, site.inputs[which], bench.inputs[which]),
    output: (letter, cell) => factor(cellSymbol(letter, cell), `${name}.out`, cell, site.output, bench.output),
    outputGradient: (letter, cell) =>
      factor(gradientSymbol(letter, cell), `grad:${name}.out`, cell, site.output, bench.outputGradient),
    parameter: (letter, own, cell) =>
      factor(
        cellSymbol(letter, cell),
        `${name}.${own}`,
        cell,
        bench.parameterShapes[own],
        bench.parameters[own] ?? new Float64Array(),
      ),
  };
}

function cellAddress(place: string, cell: readonly number[]): string {
  const bare = place.replace("input.out", "input");
  return cell.length === 0 ? bare : `${bare}[${cell.join(",")}]`;
}

/** The derivation of a cell of the output, or of the gradient of an input or parameter. */
export function derive(bench: Bench, role: Role | "output", cell: readonly number[]): Derivation {
  const { explain } = bench.operation;
  const sight = sightOf(bench);
  if (role === "output") return explain.output(sight, cell);
  if ("input" in role) return explain.inputGradient(sight, cell, role.input);
  return explain.parameterGradient(sight, role.parameter, cell);
}

/** The account of a cell, held against what the bench stored. */
export function account(bench: Bench, role: Role | "output", cell: readonly number[]): Account {
  const { shape, data, place } = storeOf(bench, role);
  const address = cellAddress(place, cell);
  const value = data[offsetOf(shape, cell)];
  return settle({ address, op: bench.name }, derive(bench, role, cell), { value, dtype: "f64" });
}

function storeOf(bench: Bench, role: Role | "output"): { shape: Shape; data: Float64Array; place: string } {
  const { name, site } = bench;
  if (role === "output") return { shape: site.output, data: bench.output, place: `${name}.out` };
  if ("input" in role) {
    const { input } = role;
    return { shape: site.inputs[input], data: bench.inputGradients[input], place: `grad:${inputNode(input)}` };
  }
  const { parameter } = role;
  return {
    shape: bench.parameterShapes[parameter],
    data: bench.parameterGradients[parameter],
    place: `grad:${name}.${parameter}`,
  };
}

/** A case of a worked example, run forward. `extra` are inputs that follow from those given. */
export function runCase(
  operation: Operation<object>,
  example: ExampleCase,
  extra: readonly Float64Array[] = [],
): Bench {
  const given = example.inputs.map(({ values }) => Float64Array.from(values));
  const all = [...given, ...extra];
  const shapes = [...example.inputs.map(({ shape }) => shape), ...extra.map((values) => [values.length])];
  const setting = { operation, options: example.options, inputs: shapes, label: example.label ?? 0 };
  const bench = lay(setting, (role, cells) => {
    if (role === "outputGradient") return new Float64Array(cells);
    return "input" in role ? all[role.input] : (example.parameters?.[role.parameter]?.values ?? []);
  });
  forward(bench);
  return bench;
}

/** The settled place of an operation called "layer1"; throws where the inputs do not fit. */
export function siteOf(
  { op }: Operation<object>,
  raw: Readonly<Record<string, unknown>>,
  ...inputs: readonly Shape[]
): Site<object> {
  const options: object = readOptions(op.options, raw, "layer1");
  return { options, inputs, output: op.shape(options, inputs, "layer1") };
}

/** Explicit padding. */
export function sides(top: number, bottom: number, left: number, right: number) {
  return [
    [top, bottom],
    [left, right],
  ];
}

/** One image or vector through an operation. */
export function compute(
  operation: Operation<object>,
  options: Readonly<Record<string, unknown>>,
  shape: Shape,
  values: readonly number[],
  parameters: Readonly<Record<string, readonly number[]>> = {},
): Bench {
  const named = Object.entries(parameters).map(([name, own]) => [name, { name, shape: [own.length], values: own }]);
  const inputs = [{ name: "x", shape, values }];
  return runCase(operation, { name: "out", options, inputs, parameters: Object.fromEntries(named), addresses: [] });
}

/** The account at an address of a worked example; a gradient is that of the cell in its scope. */
export function openAddress(bench: Bench, text: string): Account {
  const address = parseAddress(text);
  if (address.scope.kind !== "grad" || !address.scope.of) return account(bench, "output", address.cell ?? []);
  bench.outputGradient.fill(0);
  bench.outputGradient[offsetOf(bench.site.output, address.scope.of.cell ?? [])] = 1;
  for (const { gradient } of tensors(bench)) gradient.fill(0);
  backward(bench);
  return account(bench, roleOf(bench, address), address.cell ?? []);
}

function roleOf({ name, site }: Bench, address: Address): Role {
  if (address.node === name) return { parameter: address.role };
  const input = address.node === "logits" ? 0 : ["input", "input2"].indexOf(address.node);
  const follows = site.inputs.length - 1;
  if (input < 0 && address.node !== "softmax1") throw new Error(`no tensor at ${formatAddress(address)}`);
  return { input: input < 0 ? follows : input };
}
