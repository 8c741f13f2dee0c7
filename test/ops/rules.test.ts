// The table of operations as a whole: complete, each named once, each rule of a README cited by a test.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { examples } from "../../src/ops/examples.ts";
import { type OpName, operationOf, operations } from "../../src/ops/index.ts";
import type { Operation } from "../../src/ops/op.ts";
import { namePattern, parseAddress } from "../../src/trace/address.ts";
import { siteOf } from "./harness.ts";

const all = Object.entries(operations) as [OpName, Operation<object>][];

test("an operation is found by its own name only", () => {
  expect(all.map(([name]) => operationOf(name))).toEqual(all.map(([, operation]) => operation));
  expect(["toString", "__proto__", "conv", ""].map(operationOf)).toEqual([undefined, undefined, undefined, undefined]);
});

test("prefixes are node names, no two alike", () => {
  const prefixes = all.map(([, { op }]) => op.prefix);
  expect(new Set(prefixes).size).toBe(all.length);
  expect(prefixes.filter((prefix) => !namePattern.test(prefix))).toEqual([]);
});

test("only conv2d and dense count multiply-adds", () => {
  const counting = all.filter(([name, operation]) => {
    const { op } = operation;
    const [{ options, inputs }] = examples[name].cases;
    const shapes = Array.from({ length: op.arity }, (_, k) => (inputs[k] ?? inputs[0]).shape);
    return op.multiplyAdds(siteOf(operation, options, ...shapes)) > 0;
  });
  expect(counting.map(([name]) => name)).toEqual(["conv2d", "dense"]);
});

describe.each(all)("%s", (name, operation) => {
  const { op } = operation;
  const example = examples[name];
  test("every numbered rule is cited by the name of a test", () => {
    const folder = new URL(`../../src/ops/${name}/`, import.meta.url);
    const rules = [...readFileSync(new URL("README.md", folder), "utf8").matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)];
    const tests = readFileSync(new URL(`${name}.test.ts`, folder), "utf8");
    expect(rules.length).toBeGreaterThan(0);
    expect(
      rules.map(([, rule]) => rule).filter((rule) => !new RegExp(`(test|describe)[^\\n]*\\b${rule}\\b`).test(tests)),
    ).toEqual([]);
  });

  test("its example fits its shape rule and opens addresses of the grammar", () => {
    for (const { options, inputs, parameters = {}, addresses } of example.cases) {
      const shapes = Array.from({ length: op.arity }, (_, k) => (inputs[k] ?? inputs[0]).shape);
      const specs = Object.entries(op.parameters(siteOf(operation, options, ...shapes).options, shapes));
      const given = specs.map(([own]) => [own, parameters[own]?.shape]).filter(([, shape]) => shape !== undefined);
      expect(given).toEqual(specs.filter(([own]) => own in parameters).map(([own, { shape }]) => [own, shape]));
      expect(Object.keys(parameters).filter((own) => !specs.some(([known]) => known === own))).toEqual([]);
      expect(parseAddress(addresses[0])).toMatchObject({
        node: `${op.prefix}1`,
        role: "out",
        scope: { kind: "value" },
      });
      for (const address of addresses.slice(1)) expect(() => parseAddress(address)).not.toThrow();
    }
  });
});
