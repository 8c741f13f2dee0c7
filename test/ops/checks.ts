// What holds for every operation: gradients agree with central differences, accounts give the stored numbers, backward adds.
import { expect } from "vitest";
import { permutation, randomStream } from "../../src/base/random.ts";
import { cellAt, sizeOf } from "../../src/base/shape.ts";
import { type Derivation, padding, type Term } from "../../src/trace/terms.ts";
import {
  account,
  type Bench,
  backward,
  derive,
  type Fill,
  forward,
  lay,
  type Role,
  type Setting,
  sightOf,
  tensors,
} from "./harness.ts";

/** A setting drawn at random. */
export interface Trial extends Setting {
  readonly seed: number;
  /** Fills inputs that follow from others, as probabilities from logits. */
  readonly complete?: (inputs: readonly Float64Array[]) => void;
  /** Which inputs may be moved by themselves; all where absent. */
  readonly free?: readonly number[];
}

/** No two inputs are equal and none is near 0, so that no small step crosses a kink: odd multiples of 1/16, shuffled. */
export function apart(seed: number): Fill {
  const stream = randomStream(seed, "check");
  return (role, cells) => {
    if (typeof role === "object" && "input" in role)
      return Float64Array.from(permutation(cells, stream), (place) => (place - (cells >> 1) + 0.5) / 8);
    return Float64Array.from({ length: cells }, () => stream.uniform() * 2 - 1);
  };
}

/** Zeros, ties and numbers that round: each cell is one of eight random numbers or 0. */
export function crowded(seed: number): Fill {
  const stream = randomStream(seed, "check", 1);
  const pool = [0, 0, ...Array.from({ length: 8 }, () => stream.uniform() * 2 - 1)];
  return (_role, cells) => Float64Array.from({ length: cells }, () => pool[stream.below(pool.length)]);
}

function run(trial: Trial, fill: Fill): Bench {
  const bench = lay(trial, fill);
  trial.complete?.(bench.inputs);
  forward(bench);
  return bench;
}

/** How far a value is moved either way; far less than `apart` keeps it from a kink. */
const step = 1 / 8192;
/** Gradients smaller than this are compared with it: what is left of a sum that cancels is rounding. */
const floor = 1e-3;

/** ∂/∂ of every input and parameter of a random linear functional of the output, against central differences. */
export function checkGradients(trial: Trial): void {
  const bench = run(trial, apart(trial.seed));
  backward(bench);
  const functional = () => {
    forward(bench);
    return bench.output.reduce((sum, value, k) => sum + value * bench.outputGradient[k], 0);
  };
  const wrong: string[] = [];
  for (const { role, values, gradient } of tensors(bench)) {
    if ("input" in role && trial.free && !trial.free.includes(role.input)) continue;
    for (let k = 0; k < values.length; k++) {
      const kept = values[k];
      values[k] = kept + step;
      const above = functional();
      values[k] = kept - step;
      const numeric = (above - functional()) / (2 * step);
      values[k] = kept;
      const error = Math.abs(numeric - gradient[k]) / Math.max(Math.abs(numeric), Math.abs(gradient[k]), floor);
      if (!(error <= 1e-6)) wrong.push(`${JSON.stringify(role)} ${k}: ${gradient[k]}, numerically ${numeric}`);
    }
  }
  expect(wrong).toEqual([]);
}

/** What the accounts of one or several trials met. */
export interface Coverage {
  outputs: number;
  inputGradients: number;
  parameterGradients: number;
  padded: number;
  tied: number;
  dead: number;
}

export function noCoverage(): Coverage {
  return { outputs: 0, inputGradients: 0, parameterGradients: 0, padded: 0, tied: 0, dead: 0 };
}

/** Every cell of the output and of every gradient: the terms give the stored number, bit for bit. Adds to `coverage`. */
export function checkAccounts(trial: Trial, coverage: Coverage): void {
  const bench = run(trial, crowded(trial.seed));
  backward(bench);
  checkTensor(bench, "output", coverage);
  for (const { role } of tensors(bench)) checkTensor(bench, role, coverage);
}

function checkTensor(bench: Bench, role: Role | "output", coverage: Coverage): void {
  const shape = shapeOf(bench, role);
  const known = addressedValues(bench);
  const wrong: string[] = [];
  for (let k = 0; k < sizeOf(shape); k++) {
    const opened = account(bench, role, cellAt(shape, k));
    const { terms, value, total, residual, address } = opened;
    if (residual !== 0 || value !== total) wrong.push(`${address}: stored ${value}, terms give ${total}`);
    for (const term of terms) wrong.push(...faults(term, known).map((fault) => `${address}: ${fault}`));
    if (terms.some((term) => term.factors.some((factor) => factor.constant === padding))) coverage.padded++;
    if (opened.choice?.tie) coverage.tied++;
    if (terms.every((term) => !term.live)) coverage.dead++;
  }
  expect(wrong).toEqual([]);
  const kind = role === "output" ? "outputs" : "input" in role ? "inputGradients" : "parameterGradients";
  coverage[kind] += sizeOf(shape);
}

function shapeOf(bench: Bench, role: Role | "output") {
  if (role === "output") return bench.site.output;
  return "input" in role ? bench.site.inputs[role.input] : bench.parameterShapes[role.parameter];
}

/** Every stored number that a factor may name, by address. */
function addressedValues(bench: Bench): Map<string, number> {
  const { site, parameterShapes } = bench;
  const sight = sightOf(bench);
  const cells = (shape: readonly number[]) => Array.from({ length: sizeOf(shape) }, (_, k) => cellAt(shape, k));
  const factors = [
    ...site.inputs.flatMap((shape, which) => cells(shape).map((cell) => sight.input("", cell, which))),
    ...cells(site.output).flatMap((cell) => [sight.output("", cell), sight.outputGradient("", cell)]),
    ...Object.entries(parameterShapes).flatMap(([name, shape]) =>
      cells(shape).map((cell) => sight.parameter("", name, cell)),
    ),
  ];
  return new Map(factors.map(({ address = "", value }) => [address, value]));
}

/** A factor has either an address, and then the value stored there, or the name of a constant. */
function faults({ factors }: Term, known: ReadonlyMap<string, number>): string[] {
  return factors.flatMap(({ symbol, address, constant, value }) => {
    if ((address === undefined) === (constant === undefined))
      return [`${symbol} needs an address or a constant's name`];
    if (address !== undefined && known.get(address) !== value)
      return [`${address} is ${known.get(address)}, not ${value}`];
    return symbol === "" ? ["a factor without a symbol"] : [];
  });
}

/** Backward adds, term by term, to what is there; and leaves out what nobody wants without changing the rest. */
export function checkAccumulation(trial: Trial): void {
  const bench = run(trial, crowded(trial.seed));
  const { uniform } = randomStream(trial.seed, "check", 2);
  const before = tensors(bench).map(({ gradient }) => gradient.map(() => uniform() * 2 - 1));
  const restore = () => {
    for (const [index, { gradient }] of tensors(bench).entries()) gradient.set(before[index]);
  };
  restore();
  backward(bench);
  const after = tensors(bench).map(({ gradient }) => gradient.slice());
  for (const [index, { role, shape }] of tensors(bench).entries()) {
    const expected = before[index].map((start, k) => continued(start, derive(bench, role, cellAt(shape, k))));
    expect(after[index]).toEqual(expected);
    restore();
    backward(bench, (other) => JSON.stringify(other) === JSON.stringify(role));
    for (const [place, { gradient }] of tensors(bench).entries())
      expect(gradient).toEqual(place === index ? after[index] : before[place]);
  }
}

/** A start value, and every term of a derivation added to it; a quotient is one number. */
function continued(start: number, { combine, terms }: Derivation): number {
  const products = terms.map((factors) => factors.reduce((product, { value }) => product * value, 1));
  if (combine === "quotient") return start + products[0] / products[1];
  return products.reduce((sum, product) => sum + product, start);
}
