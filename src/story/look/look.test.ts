// Scales, legends, numbers and the roles of tensors, by hand first, then over networks.
import { describe, expect, test } from "vitest";
import { parseGraph } from "../../graph/graph.ts";
import { buildNetwork } from "../../graph/network.ts";
import { allPlaces } from "../../graph/places.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import { shapeText, showNumber, tellApart } from "./numbers.ts";
import { roleOf, scaleOf } from "./roles.ts";
import { legendOf, scaleFor } from "./scales.ts";

describe("scales", () => {
  test.each([
    [0, 1],
    [1, 1],
    [1.0001, 2],
    [2, 2],
    [-3, 5],
    [5, 5],
    [5.01, 10],
    [12, 20],
    [0.04699, 0.05],
    [0.1, 0.1],
    [0.3, 0.5],
    [7e-9, 1e-8],
    [5e-324, 5e-324],
    [1.7e308, Number.MAX_VALUE],
    [Number.POSITIVE_INFINITY, 1],
    [Number.NaN, 1],
  ])("%d gives the domain %d", (largest, domain) => {
    expect(scaleFor("signed", false, largest)).toEqual({ role: "signed", gradient: false, domain });
    expect(scaleFor("positive", true, largest).domain).toBe(domain);
  });

  test("hold every number they are made for, and no scale is more than 2.5 times too wide", () => {
    for (let k = 1; k < 2000; k++) {
      const largest = k * 0.00713;
      const { domain } = scaleFor("signed", false, largest);
      expect(domain).toBeGreaterThanOrEqual(largest);
      expect(domain / largest).toBeLessThan(2.5);
    }
  });

  test("of pixels do not depend on the picture", () => {
    expect([0, 1, 204, 255].map((largest) => scaleFor("pixel", false, largest).domain)).toEqual([255, 255, 255, 255]);
  });

  test("are stated by a legend with U+2212", () => {
    const text = (role: "pixel" | "positive" | "signed", domain: number) =>
      legendOf({ role, gradient: false, domain }).text;
    expect(text("signed", 20)).toBe("\u221220 … 0 … +20");
    expect(text("positive", 0.5)).toBe("0 … 0.5");
    expect(text("pixel", 255)).toBe("0 … 255");
    expect(text("pixel", 255 / 7)).toBe("0 … ≈ 36.43");
    expect(legendOf({ role: "positive", gradient: false, domain: 2 })).not.toHaveProperty("middle");
  });
});

describe("numbers", () => {
  test.each([
    [-6, "\u22126", false],
    [1.2016371861674426, "1.202", true],
    [0.0625, "0.0625", false],
    [-0.527451621433882, "\u22120.5275", true],
    [-0, "0", false],
    [1e-7, "1e\u22127", false],
    [Number.NaN, "NaN", false],
    [Number.NEGATIVE_INFINITY, "\u2212∞", false],
  ])("%d is shown as %s", (value, text, rounded) => {
    expect(showNumber(value)).toEqual({ text, rounded });
  });

  test("that are compared get as many digits as tell them apart", () => {
    const [forecast, truth] = [1.2016356413795382, 1.2016371861674426];
    const digits = tellApart([forecast, truth]);
    expect(digits).toBe(7);
    expect([forecast, truth].map((value) => showNumber(value, digits).text)).toEqual(["1.201636", "1.201637"]);
    expect(tellApart([1.2016356, 1.2016371])).toBe(7);
  });

  test("that are equal, few or whole stay at 4; neighbours in float64 get 17", () => {
    expect([[], [1.5], [2, 3], [0.123456789, 0.123456789]].map((values) => tellApart(values))).toEqual([4, 4, 4, 4]);
    expect(tellApart([0.1, 0.1 + 2 ** -56])).toBe(17);
  });

  test("shapes are H×W×C", () => {
    expect([[26, 26, 8], [10], []].map((shape) => shapeText(shape))).toEqual(["26×26×8", "10", "1"]);
  });
});

describe("roles", () => {
  const { network } = lesson6();
  const role = (name: string) => roleOf(network, name);

  test("of the lesson's network", () => {
    const forward = Object.fromEntries(allPlaces(network).map(({ name }) => [name, role(name).role]));
    expect(forward).toEqual({
      input: "pixel",
      "rescale1.out": "pixel",
      "conv1.kernel": "signed",
      "conv1.out": "signed",
      "relu1.out": "positive",
      "pool1.out": "positive",
      "flatten1.out": "positive",
      "dense1.weight": "signed",
      "dense1.bias": "signed",
      logits: "signed",
      probs: "positive",
      loss: "positive",
    });
  });

  test("gradients of anything are signed and drawn as gradients; an update looks like its parameter", () => {
    for (const { name } of allPlaces(network)) {
      expect(role(`grad:${name}`)).toEqual({ role: "signed", gradient: true });
      expect(role(`grad(logits[0]):${name}`)).toEqual({ role: "signed", gradient: true });
    }
    for (const name of ["conv1.kernel", "dense1.bias"]) expect(role(`next:${name}`)).toEqual(role(name));
    expect(role("relu1.out[0,0,0]@3")).toEqual(role("relu1.out"));
  });

  test("an average, a sum or a pool of signed numbers is signed, and of others positive", () => {
    const graph = {
      input: [6, 6, 1],
      nodes: [
        { op: "conv2d", name: "a", options: { filters: 2, kernelSize: 3 } },
        { op: "avgPool2d", name: "low", inputs: ["a"], options: { poolSize: 2 } },
        { op: "relu", name: "b", inputs: ["a"] },
        { op: "add", name: "mixed", inputs: ["a", "b"] },
        { op: "add", name: "twice", inputs: ["b", "b"] },
        { op: "flatten", name: "flat", inputs: ["mixed"] },
        { op: "dense", name: "d", inputs: ["flat"], options: { units: 2 } },
      ],
    };
    const mixed = buildNetwork(parseGraph(graph, "test"));
    const outputs = ["a", "low", "b", "mixed", "twice", "flat"];
    expect(outputs.map((name) => roleOf(mixed, `${name}.out`).role)).toEqual([
      "signed",
      "signed",
      "positive",
      "signed",
      "positive",
      "signed",
    ]);
  });

  test("a role is never narrower than the numbers", async () => {
    const opened = await explain(lesson6(), { input: lesson6Image, label: lesson6Label });
    for (const { name } of opened.places()) {
      const least = Math.min(...opened.tensor(name).data);
      if (role(name).role !== "signed") expect(least).toBeGreaterThanOrEqual(0);
    }
    expect(Math.min(...opened.tensor("conv1.out").data)).toBeLessThan(0);
  });

  test("rescaled pixels end at 255/divisor", () => {
    expect(scaleOf(network, "input", 204).domain).toBe(255);
    expect(scaleOf(network, "rescale1.out", 3).domain).toBe(5);
    expect(scaleOf(network, "grad:rescale1.out", 0.03).domain).toBe(0.05);
  });

  test("an address that does not exist is an error that says what does", () => {
    expect(() => role("conv9.out")).toThrow(/conv9.*conv1\.out/);
    expect(() => role("conv1..out")).toThrow(/node\.role\[indices\]/);
  });
});
