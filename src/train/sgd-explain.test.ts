// The terms of a step of gradient descent: by hand, then on random numbers against the step itself, bit for bit.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UpdateTerms } from "../nn/optimizer.ts";
import { type Account, settle } from "../trace/account.ts";
import type { CellFactor } from "../trace/terms.ts";
import { type SgdOptions, sgd } from "./sgd.ts";

interface Cell {
  readonly w: number;
  readonly gradient: number;
  readonly velocity: number;
  readonly rate: number;
}

const cell = (symbol: string, address: string, value: number): CellFactor => ({ symbol, address, value });

/** The step itself, and its terms held against what the step stored. */
async function told(options: SgdOptions, { w, gradient, velocity, rate }: Cell) {
  const optimizer = sgd(options);
  const [next, after] = [Float64Array.of(w), optimizer.slots.map(() => Float64Array.of(velocity))];
  optimizer.update(next, Float64Array.of(gradient), after, rate);
  const explain = await (optimizer.explain as () => Promise<(given: object) => UpdateTerms>)();
  const terms = explain({
    w: cell("w", "dense1.bias[0]", w),
    gradient: cell("∂L/∂w", "grad:dense1.bias[0]", gradient),
    before: optimizer.slots.map(() => velocity),
    after: after.map(([value]) => cell("velocity", "state.velocity:dense1.bias[0]", value)),
    learningRate: rate,
  });
  const account = (address: string, derivation: UpdateTerms["next"], value: number): Account =>
    settle({ address, op: "dense" }, derivation, { value, dtype: "f64" });
  return {
    next: account("next:dense1.bias[0]", terms.next, next[0]),
    state: terms.state.map((each, k) => account("state.velocity:dense1.bias[0]", each, after[k][0])),
  };
}

const hand: Cell = { w: 2, gradient: 3, velocity: 4, rate: 0.5 };
const values = ({ terms }: Account) => terms.map(({ factors }) => factors.map(({ value }) => value));
const symbols = ({ terms }: Account) => terms.map(({ factors }) => factors.map(({ symbol }) => symbol).join("·"));

describe("by hand: w = 2, ∂L/∂w = 3, v_0 = 4, η = 0.5", () => {
  test("plain: 2 − 0.5·3", async () => {
    const { next, state } = await told({}, hand);
    expect(values(next)).toEqual([[2], [-1, 0.5, 3]]);
    expect(next).toMatchObject({ rule: "sgd.step", total: 0.5, residual: 0, notes: [] });
    expect(state).toEqual([]);
  });
  test("weight decay: g = 3 + 0.25·2 is one factor, and a note says what it is made of", async () => {
    const { next } = await told({ weightDecay: 0.25 }, hand);
    expect(values(next)).toEqual([[2], [-1, 0.5, 3.5]]);
    expect(next.terms[1].factors[2]).toEqual({ symbol: "g", constant: "decayed gradient", value: 3.5 });
    expect(next.notes).toEqual(["g = ∂L/∂w + λ·w = 3 + 0.25·2 = 3.5: the gradient with weight decay."]);
  });
  test("momentum: v = 3 + 0.5·4, the step goes along it", async () => {
    const { next, state } = await told({ momentum: 0.5 }, hand);
    expect(values(next)).toEqual([[2], [-1, 0.5, 5]]);
    expect(next.terms[1].factors[2].address).toBe("state.velocity:dense1.bias[0]");
    expect(values(state[0])).toEqual([[3], [0.5, 4]]);
    expect(state[0].terms[1].factors[1]).toEqual({ symbol: "v_0", constant: "velocity before", value: 4 });
    expect(state[0]).toMatchObject({ rule: "sgd.velocity", total: 5, residual: 0 });
  });
  test("all of it: v = 3 + 0.25·2 + 0.5·4 = 5.5, s = 3.5 + 0.5·5.5 = 6.25", async () => {
    const { next, state } = await told({ momentum: 0.5, nesterov: true, weightDecay: 0.25 }, hand);
    expect(values(next)).toEqual([[2], [-1, 0.5, 6.25]]);
    expect(next.notes[0]).toContain("s = ∂L/∂w + λ·w + μ·v = 3 + 0.25·2 + 0.5·5.5 = 6.25");
    expect(next.notes[0]).toContain("state.velocity:dense1.bias[0]");
    expect(symbols(state[0])).toEqual(["∂L/∂w", "λ·w", "μ·v_0"]);
    expect(state[0]).toMatchObject({ total: 5.5, residual: 0 });
    expect(state[0].formula.latex).toContain("v_{0}");
  });
});

test("on 2000 random cells of every setting the terms add up to the stored bits", async () => {
  const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  const share = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max, noNaN: true }));
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.record({ w: number, gradient: number, velocity: number, rate: share(2) }),
      fc.record({ momentum: share(0.999), weightDecay: share(0.5), wanted: fc.boolean() }),
      async (given, { momentum, weightDecay, wanted }) => {
        const nesterov = wanted && momentum > 0;
        const { next, state } = await told({ momentum, nesterov, weightDecay }, given);
        for (const account of [next, ...state]) {
          expect(account.residual).toBe(0);
          expect(account.total === account.value, account.address).toBe(true);
        }
        expect(state).toHaveLength(momentum > 0 ? 1 : 0);
        seen.add([momentum > 0, nesterov, weightDecay > 0].join());
      },
    ),
    { seed: 7, numRuns: 2000 },
  );
  expect(seen.size).toBe(6);
});
