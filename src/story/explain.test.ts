// Opening a network on the fast engine again and again: compiled once, the bits of one that was compiled afresh, no memory more.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { randomStream } from "../base/random.ts";
import { loadModel, saveModel } from "../io/model-file.ts";
import { network } from "../nn/build.ts";
import { add, avgPool2d, conv2d, dense, flatten, maxPool2d, relu, rescale } from "../nn/layers.ts";
import type { Model } from "../nn/model.ts";
import type { Numbers } from "../tensor/tensor.ts";
import { explain } from "./explain.ts";
import type { Opened } from "./opened.ts";

/** Every operation, with a branch; filters enough for Winograd's way. */
function everyOperation(seed: number): Model {
  const model = network([12, 12, 3], (x) => {
    const stem = relu()(conv2d({ filters: 4, kernelSize: 3, padding: "same" })(rescale()(x)));
    const sum = add(relu()(conv2d({ filters: 4, kernelSize: 3, padding: "same" })(stem)), stem);
    return dense({ units: 3 })(flatten()(avgPool2d({ poolSize: 2 })(maxPool2d({ poolSize: 2 })(sum))));
  }) as unknown as Model;
  model.initialize(seed);
  model.cast("f32");
  return model;
}

function pictureOf(seed: number): number[] {
  const { below } = randomStream(seed, "check");
  return Array.from({ length: 12 * 12 * 3 }, () => below(256));
}

/** The same numbers in another network, for which everything is compiled anew. */
const afresh = (model: Model) => loadModel(saveModel(model), "copy");

function changed(model: Model, address: string, value: number): Model {
  const copy = model.copy();
  const numbers = new Map(copy.snapshot());
  (numbers.get(address) as Float32Array)[0] = value;
  copy.restore(numbers);
  return copy;
}

const open = (model: Model, seed: number) =>
  explain(model, { input: pictureOf(seed), label: seed % 3, backend: "auto", learningRate: 0.001 });

/** Every number that can be opened, with the gradients of the loss and of a logit. */
function numbersOf(opened: Opened): Map<string, Numbers> {
  const found = new Map<string, Numbers>();
  for (const { name } of opened.places())
    for (const scope of ["", "grad:", "grad(logits[1]):"]) found.set(scope + name, opened.tensor(scope + name).data);
  return found;
}

function expectSame(opened: Opened, other: Opened): void {
  const theirs = numbersOf(other);
  for (const [name, data] of numbersOf(opened)) expect([...data], name).toEqual([...(theirs.get(name) ?? [])]);
}

const made = { modules: 0, memories: 0 };
const own = globalThis.WebAssembly;

/** What a platform makes, counted. */
function counted(): typeof WebAssembly {
  return Object.assign(Object.create(own), {
    Module: class extends own.Module {
      constructor(bytes: BufferSource) {
        super(bytes);
        made.modules++;
      }
    },
    Memory: class extends own.Memory {
      constructor(size: WebAssembly.MemoryDescriptor) {
        super(size);
        made.memories++;
      }
    },
  });
}

/** Lets go of all memory that nobody holds. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

describe("a float32 network opened on the fast engine", () => {
  beforeEach(() => {
    globalThis.WebAssembly = counted();
  });
  afterEach(() => {
    globalThis.WebAssembly = own;
  });

  test("has the bits of one compiled afresh, whatever was opened before, and keeps them when others are opened", async () => {
    const model = everyOperation(1);
    const first = await open(model, 1);
    const enormous = await open(changed(model, "conv1.kernel", 3e38), 2);
    expect(numbersOf(enormous).get("logits")).not.toEqual(numbersOf(first).get("logits"));
    const second = await open(changed(model, "conv2.kernel", 0.5), 3);
    expectSame(second, await open(afresh(changed(model, "conv2.kernel", 0.5)), 3));
    // The gradient of a logit is computed only now, after others have used the same memory.
    expectSame(first, await open(afresh(model), 1));
    expectSame(enormous, await open(afresh(changed(model, "conv1.kernel", 3e38)), 2));
  });

  test("is compiled once for 200 edits and drawings, and takes one memory", async () => {
    const model = everyOperation(2);
    const latest: Opened[] = [];
    latest.push(await open(model, 0));
    const { modules, memories } = made;
    for (let k = 1; k <= 200; k++) {
      const edited = k % 2 === 0 ? changed(model, "conv1.kernel", k / 100) : model.copy();
      latest.push(await open(edited, k));
      if (latest.length > 12) latest.shift();
      // References that are weak are held until the work in hand is done.
      await new Promise((done) => setTimeout(done));
      if (k % 50 === 0) collect();
    }
    expect(made).toEqual({ modules, memories });
  });

  test("answers from its copies are its own, also when they are asked at once, and compile nothing", async () => {
    const model = everyOperation(3);
    const kinds = [0.25, -1, 2].map((value) => changed(model, "dense1.weight", value));
    await model.predict(pictureOf(0));
    const alone = [];
    for (const kind of kinds) alone.push((await afresh(kind).predict(pictureOf(4))).probs);
    const { modules } = made;
    const together = await Promise.all(kinds.map((kind) => kind.predict(pictureOf(4))));
    expect(together.map(({ probs }) => probs)).toEqual(alone);
    expect(new Set(alone.map((probs) => probs.join())).size).toBe(3);
    expect(made.modules).toBe(modules);
  });
});

test("a copy goes its own way, and takes along what belongs to the model", () => {
  const model = everyOperation(4);
  model.classes = ["a", "b", "c"];
  model.sureness = { score: "s", threshold: 0.5, known: 1, scribbles: 1, none: { weight: [], bias: 0 } } as never;
  const copy = model.copy();
  expect([copy.network, copy.classes, copy.sureness]).toEqual([model.network, model.classes, model.sureness]);
  expect(copy.network).toBe(model.network);
  expect([copy.dtype, copy.fresh]).toEqual([model.dtype, model.fresh]);
  const before = model.snapshot();
  copy.initialize(9);
  expect(model.snapshot()).toEqual(before);
  expect(copy.snapshot()).not.toEqual(before);
  expect([copy.sureness === undefined, model.sureness === undefined]).toEqual([true, false]);
});
