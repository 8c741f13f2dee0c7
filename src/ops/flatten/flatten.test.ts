// flatten: numbers to check by hand, the numbered rules of README.md, and what holds on random settings.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openAddress, runCase, siteOf } from "../../../test/ops/harness.ts";
import { anyShape, seeds } from "../../../test/ops/shapes.ts";
import { suite } from "../../../test/ops/suite.ts";
import { example as worked } from "./example.ts";
import { flatten } from "./index.ts";

const [example] = worked.cases;

describe("the worked example", () => {
  test("F1 row-major, the channel fastest", () => {
    expect([...runCase(flatten, example).output]).toEqual(example.inputs[0].values);
    const opened = openAddress(runCase(flatten, example), "flatten1.out[7]");
    expect(opened).toMatchObject({ value: 101, residual: 0, terms: [{ factors: [{ address: "input[1,0,1]" }] }] });
  });

  test("F3 the gradient goes back to where the number came from", () => {
    const [, own, other] = example.addresses.map((address) => openAddress(runCase(flatten, example), address));
    expect([own.value, other.value]).toEqual([1, 0]);
    expect(own.terms[0].factors[0].address).toBe("grad:flatten1.out[7]");
  });
});

test("F2 the output is flat, whatever the rank", () => {
  expect(siteOf(flatten, {}, [13, 5, 8]).output).toEqual([520]);
  expect(siteOf(flatten, {}, [7]).output).toEqual([7]);
});

const trials = fc
  .record({ shape: anyShape, seed: seeds })
  .map(({ shape, seed }) => ({ operation: flatten, inputs: [shape], seed }));
suite(trials, { outputs: 500, inputGradients: 500, dead: 30 });
