// Data sets from arrays: what is kept, what is copied, what is refused; the hash and its published vectors.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataset, defaultForm, relabel, sampleImage, subset } from "./dataset.ts";
import { fnv1a, hashDataset, hexOfHash } from "./hash.ts";

const code = (code: string, where?: string) => expect.objectContaining(where ? { code, where } : { code });
const three = () => dataset({ images: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 1], labels: [0, 2, 1] });

describe("from arrays", () => {
  test("bytes in one array are kept, not copied; classes are counted", () => {
    const images = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const data = dataset({ images, shape: [1, 2, 1], labels: [0, 2, 1] });
    expect(data.images).toBe(images);
    expect(data).toMatchObject({ count: 3, shape: [1, 2, 1], classes: ["0", "1", "2"] });
    expect(data.labels).toEqual(Uint32Array.of(0, 2, 1));
    expect(data.input).toEqual(defaultForm([1, 2, 1]));
  });

  test.each([
    ["Float32Array", Float32Array.of(0.5, 1, 2, 3)],
    ["Float64Array", Float64Array.of(0.5, 1, 2, 3)],
    ["number[]", [0.5, 1, 2, 3]],
    [
      "one number[] a picture",
      [
        [0.5, 1],
        [2, 3],
      ],
    ],
    ["one array a picture, mixed", [Uint8Array.of(0, 1), Float32Array.of(2, 3)]],
  ])("%s becomes float32", (_name, images) => {
    const data = dataset({ images, shape: [1, 2, 1], labels: [1, 0] });
    expect(data.images).toBeInstanceOf(Float32Array);
    expect([...data.images].slice(1)).toEqual([1, 2, 3]);
  });

  test("one array of bytes a picture stays bytes", () => {
    const images = [Uint8Array.of(1, 2), Uint8ClampedArray.of(3, 4)];
    expect(dataset({ images, shape: [2, 1, 1], labels: [0, 0] }).images).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  test("the form follows the channels, and takes what is given", () => {
    const input = (channels: number) =>
      dataset({ images: new Uint8Array(channels), shape: [1, 1, channels], labels: [0] }).input;
    expect([input(1), input(3), input(2)]).toMatchObject([
      { channels: "grey", resize: "stretch" },
      { channels: "rgb", resize: "stretch" },
      { channels: "raw", resize: "none" },
    ]);
    const given = dataset({ images: [[1]], shape: [1, 1, 1], labels: [0], input: { polarity: "light-on-dark" } });
    expect(given.input).toMatchObject({ shape: [1, 1, 1], polarity: "light-on-dark", centring: "none" });
  });
});

describe("what is refused", () => {
  const good = { images: [1, 2, 3, 4], shape: [1, 2, 1] as const, labels: [0, 1] };
  test.each([
    ["a size of 0", { shape: [0, 2, 1] as const }, "dataset.shape"],
    ["a size that is not whole", { shape: [1.5, 2, 1] as const }, "dataset.shape"],
    ["a part of a picture", { images: [1, 2, 3] }, "dataset.pixels"],
    ["a picture of another size", { images: [[1, 2], [3]] }, "dataset.pixels"],
    ["fewer labels than pictures", { labels: [0] }, "dataset.count"],
    ["more labels than pictures", { labels: [0, 1, 1] }, "dataset.count"],
    ["nothing", { images: [], labels: [] }, "dataset.empty"],
    ["NaN", { images: [1, 2, Number.NaN, 4] }, "dataset.value"],
    ["infinity", { images: [1, 2, 3, Number.NEGATIVE_INFINITY] }, "dataset.value"],
    ["more than a float32 holds", { images: [1, 2, 3, 1e300] }, "dataset.value"],
    ["a negative label", { labels: [0, -1] }, "dataset.label"],
    ["a label that is not whole", { labels: [0, 0.5] }, "dataset.label"],
    ["a label that is no number", { labels: [0, Number.NaN] }, "dataset.label"],
    ["a label without a class", { labels: [0, 2], classes: ["cat", "dog"] }, "dataset.label"],
    ["a label that no classifier has", { labels: [0, 2 ** 31] }, "dataset.label"],
    ["a class name twice", { classes: ["cat", "cat"] }, "dataset.classes"],
    ["an empty class name", { classes: ["cat", ""] }, "dataset.classes"],
  ])("%s", (_name, change, expected) => {
    expect(() => dataset({ ...good, ...change })).toThrow(code(expected));
  });

  test("the error names the set and the picture", () => {
    expect(() => dataset({ ...good, where: "train", images: [1, 2, 3, Number.NaN] })).toThrow(
      "train, picture 1: expected finite pixel values that a float32 can hold, got NaN. Remove or mend this picture.",
    );
    expect(() => dataset({ ...good, labels: [0, 2], classes: ["cat", "dog"] })).toThrow(
      "dataset, label 1: expected a whole number 0…1 (there are 2 class names), got 2. Correct the label or add the missing class names.",
    );
  });
});

describe("parts", () => {
  test("a subset copies the chosen pictures in the order asked for", () => {
    const data = three();
    const part = subset(data, [2, 0, 2]);
    expect(part.images).toEqual(Uint8Array.of(5, 6, 1, 2, 5, 6));
    expect(part.labels).toEqual(Uint32Array.of(1, 0, 1));
    expect(part).toMatchObject({ count: 3, classes: data.classes });
    part.images[0] = 99;
    expect(data.images[4]).toBe(5);
  });

  test("one picture is a copy", () => {
    const data = three();
    const image = sampleImage(data, 1);
    expect(image).toEqual(Uint8Array.of(3, 4));
    image[0] = 99;
    expect(data.images[2]).toBe(3);
  });

  test.each([-1, 3, 0.5, Number.NaN])("there is no picture %d", (index) => {
    expect(() => sampleImage(three(), index)).toThrow(code("dataset.index"));
    expect(() => subset(three(), [0, index])).toThrow(code("dataset.index"));
  });

  test("labels are found by name in another list of classes", () => {
    const data = dataset({ images: [1, 2], shape: [1, 1, 1], labels: [0, 1], classes: ["cat", "dog"] });
    expect(relabel(data, ["ant", "dog", "cat"])).toMatchObject({
      labels: Uint32Array.of(2, 1),
      classes: ["ant", "dog", "cat"],
    });
    expect(() => relabel(data, ["cat", "ant"])).toThrow(code("dataset.class"));
    expect(relabel(subset(data, [0]), ["cat", "ant"]).labels).toEqual(Uint32Array.of(0));
  });
});

describe("the hash", () => {
  test.each([
    ["", "cbf29ce484222325"],
    ["a", "af63dc4c8601ec8c"],
    ["foobar", "85944171f73967e8"],
  ])("FNV-1a of %j", (text, expected) => {
    expect(hexOfHash(fnv1a(Buffer.from(text)))).toBe(expected);
  });

  test("agrees with FNV-1a in big integers, in one piece or two", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat({ max: 300 }), (bytes, cut) => {
        let expected = 0xcbf29ce484222325n;
        for (const byte of bytes) expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
        const pieces = fnv1a(bytes.subarray(cut), fnv1a(bytes.subarray(0, cut)));
        expect(hexOfHash(fnv1a(bytes))).toBe(expected.toString(16).padStart(16, "0"));
        expect(hexOfHash(pieces)).toBe(hexOfHash(fnv1a(bytes)));
      }),
      { seed: 1 },
    );
  });

  test("equal content gives equal hashes; any change gives another", () => {
    const options = { images: [1, 2, 3, 4], shape: [1, 2, 1] as const, labels: [0, 1], classes: ["cat", "dog"] };
    const changes = [
      {},
      { images: [1, 2, 3, 5] },
      { images: [-1, 2, 3, 4] },
      { images: Uint8Array.of(1, 2, 3, 4) },
      { labels: [1, 1] },
      { classes: ["cat", "dot"] },
      { classes: ["catd", "og"] },
      { shape: [2, 1, 1] as const },
    ];
    const hashes = changes.map((change) => hashDataset(dataset({ ...options, ...change })));
    expect(new Set(hashes).size).toBe(changes.length);
    expect(hashDataset(dataset(options))).toBe(hashes[0]);
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
  });
});
