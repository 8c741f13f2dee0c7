// evaluate(): confusion, accuracy a class and loss by hand, what does not fit, and that testing changes nothing.

import { expect, test } from "vitest";
import { evaluate } from "../../test/reference.ts";
import { dataset } from "../data/dataset.ts";
import { sequential } from "../nn/build.ts";
import { dense, flatten } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";

const code = (code: string) => expect.objectContaining({ code });

/** Three classes, one pixel a class: the brightest pixel is the answer, the pixels are the logits. */
function brightest(): Model {
  const model = sequential([1, 1, 3], flatten(), dense({ units: 3, useBias: false }));
  model.restore(new Map([["dense1.weight", Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)]]));
  return model;
}

const classes = ["red", "green", "blue"];
const shape = [1, 1, 3] as const;
const images = [
  [9, 0, 0],
  [0, 9, 0],
  [9, 0, 0],
  [0, 0, 0],
  [0, 8, 9],
];
/** True: red, red, green, green, green; taken for: red, green, red, red (a tie), blue. No blue picture. */
const data = dataset({ images, shape, labels: [0, 0, 1, 1, 1], classes });

test("five pictures by hand", async () => {
  const { accuracy, count, confusion, perClass, loss } = await evaluate(brightest(), data);
  expect({ accuracy, count }).toEqual({ accuracy: 1 / 5, count: 5 });
  expect(confusion).toEqual([
    [1, 1, 0],
    [2, 0, 1],
    [0, 0, 0],
  ]);
  expect(perClass).toEqual([
    { name: "red", count: 2, accuracy: 1 / 2 },
    { name: "green", count: 3, accuracy: 0 },
    { name: "blue", count: 0, accuracy: Number.NaN },
  ]);
  const right = Math.log(1 + 2 * Math.exp(-9));
  const green = Math.log(1 + Math.exp(-1) + Math.exp(-9)) + 1;
  expect(loss).toBeCloseTo((right + (right + 9) + (right + 9) + Math.log(3) + green) / 5, 14);
});

test("names are the data's, and plain numbers fit any names", async () => {
  const model = brightest();
  model.classes = classes;
  const { perClass } = await evaluate(model, { ...data, classes: ["0", "1", "2"] });
  expect(perClass.map(({ name }) => name)).toEqual(["0", "1", "2"]);
});

test("nothing of the model changes, and pauses change no number", async () => {
  const model = brightest();
  const [before, plain] = [model.snapshot(), await evaluate(model, data)];
  let [now, pauses] = [0, 0];
  const host = { name: "slow", now: () => (now += 20), pause: async () => void pauses++ };
  expect(await evaluate(model, data, { host })).toEqual(plain);
  expect(pauses).toBe(5);
  expect(model.snapshot()).toEqual(before);
  expect(model.classes).toBeUndefined();
});

test("pictures, classes and names of another model are refused", async () => {
  const model = brightest();
  const refused = (other: typeof data, expected: string) =>
    expect(evaluate(model, other)).rejects.toThrow(code(expected));
  await refused(dataset({ images: [[1, 2, 3]], shape: [3, 1, 1], labels: [0], classes }), "model.shape");
  await refused({ ...data, classes: ["red", "green"] }, "model.classes");
  model.classes = ["red", "blue", "green"];
  await refused(data, "model.classNames");
});
