// Parameters and multiplications as arithmetic: the lesson's layers by hand, then agreement with the summary on every kind of layer.
import { expect, test } from "vitest";
import { sequential } from "../nn/build.ts";
import { avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../nn/layers.ts";
import { multiplicationArithmetic, parameterArithmetic } from "./arithmetic.ts";
import { lesson6 } from "./lesson6.ts";

const { network } = lesson6();

test.each([
  ["conv1", "3·3·1·3 = 27", "4·4·3·9 = 432"],
  ["relu1", "0", "0"],
  ["pool1", "0", "0"],
  ["dense1", "(12+1)·3 = 39", "3·12 = 36"],
])("%s: %s parameters, %s multiplications", (name, parameters, multiplications) => {
  expect(parameterArithmetic(network, name)?.text).toBe(parameters);
  expect(multiplicationArithmetic(network, name)?.text).toBe(multiplications);
});

test("a bias stands behind the weights of its filter", () => {
  const model = sequential([6, 6, 1], conv2d({ filters: 3, kernelSize: 3 }));
  expect(parameterArithmetic(model.network, "conv1")).toEqual({ count: 30, text: "(3·3·1+1)·3 = 30" });
});

test("large counts have their thousands apart", () => {
  const model = sequential([28, 28, 1], flatten(), dense({ units: 100 }));
  expect(parameterArithmetic(model.network, "dense1")?.text).toBe("(784+1)·100 = 78,500");
  expect(multiplicationArithmetic(model.network, "dense1")?.text).toBe("100·784 = 78,400");
});

test("counts are the summary's, and every line is true", () => {
  const model = sequential(
    [9, 8, 2],
    rescale(),
    conv2d({ filters: 4, kernelSize: [3, 2], padding: "same" }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 3, kernelSize: 2, useBias: false, strides: 2 }),
    avgPool2d({ poolSize: 1 }),
    flatten(),
    dense({ units: 5 }),
  );
  for (const { name, parameters, flops } of model.summary().layers) {
    const found = [parameterArithmetic(model.network, name), multiplicationArithmetic(model.network, name)];
    expect(found.map((each) => each?.count)).toEqual([parameters, flops / 2]);
    for (const each of found) {
      const [left = "", right = "0"] = (each?.text ?? "").replaceAll(",", "").split(" = ");
      const terms = /^\(([^)]*)\)(.*)$/.exec(left);
      const product = (text: string) =>
        text
          .split("·")
          .filter(Boolean)
          .map(Number)
          .reduce((a, b) => a * b, 1);
      const value = terms
        ? terms[1].split("+").reduce((sum, part) => sum + product(part), 0) * product(terms[2])
        : product(left);
      expect(value).toBe(left === "0" ? 0 : Number(right));
    }
  }
});

test("a layer that is not there has none", () => {
  expect(parameterArithmetic(network, "conv9")).toBeUndefined();
  expect(multiplicationArithmetic(network, "conv9")).toBeUndefined();
});
