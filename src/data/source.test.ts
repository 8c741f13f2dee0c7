// Sources: which files belong together, what becomes of pictures, and one clear error for each thing that is wrong.
import { describe, expect, test } from "vitest";
import type { DecodeImage, Files, Gunzip } from "../base/host.ts";
import { fail } from "../base/words/source.ts";
import { dataset, type InputForm } from "./dataset.ts";
import { openSource } from "./source.ts";

type Tree = { readonly [path: string]: readonly number[] | string };

/** Files in memory under the folder "set". */
function filesOf(tree: Tree): Files {
  const paths = Object.keys(tree).map((path) => `set/${path}`);
  const read = (path: string) => {
    const content = tree[path.slice("set/".length)];
    return Uint8Array.from(typeof content === "string" ? Buffer.from(content) : content);
  };
  const refuse = async () => {
    throw new Error("only reads");
  };
  return {
    kind: async (path) => {
      if (paths.includes(path)) return "file";
      return path === "set" || paths.some((other) => other.startsWith(`${path}/`)) ? "folder" : undefined;
    },
    list: async (path) => {
      const inside = paths.filter((other) => other.startsWith(`${path}/`));
      return [...new Set(inside.map((other) => other.slice(path.length + 1).split("/")[0]))].sort();
    },
    read: async (path) => read(path),
    join: (...parts) => parts.join("/"),
    write: refuse,
    append: refuse,
    remove: refuse,
    makeFolder: refuse,
  };
}

/** "Unpacks" by taking the two bytes of the signature away. */
const gunzip: Gunzip = async (bytes) => bytes.subarray(2);
const packed = (bytes: readonly number[]) => [0x1f, 0x8b, ...bytes];

/** A picture of these tests: width, height, then grey values. */
const decodeImage: DecodeImage = async (bytes, where) => {
  if (bytes.length === 0) fail("image.empty", { where });
  const [width, height] = bytes;
  if (bytes.length < 2 + width * height) fail("image.corrupt", { where, format: "PNG", received: "damaged data" });
  return { width, height, channels: 1, pixels: bytes.slice(2, 2 + width * height) };
};

const open = (tree: Tree, form?: InputForm) =>
  openSource("set", { files: filesOf(tree), gunzip, decodeImage, seed: 1, ...(form && { form }) });
const refused = (tree: Tree, code: string, where: string) =>
  expect(open(tree)).rejects.toMatchObject({ code, where, message: expect.not.stringContaining("\n") });

const idx = (type: number, shape: readonly number[], body: readonly number[]) => [
  ...[0, 0, type, shape.length],
  ...shape.flatMap((n) => [0, 0, n >>> 8, n & 255]),
  ...body,
];
const images = (...pixels: number[]) => idx(8, [pixels.length, 1, 1], pixels);
const labels = (...values: number[]) => idx(8, [values.length], values);

describe("IDX folders", () => {
  const train = {
    "train-images-idx3-ubyte": images(10, 11, 12, 13),
    "train-labels-idx1-ubyte": labels(0, 1, 0, 1),
  };
  const tests = { "t10k-images-idx3-ubyte": images(20, 21), "t10k-labels-idx1-ubyte": labels(1, 2) };

  test("training and test files; classes up to the greatest label of both", async () => {
    const source = await open({ ...train, ...tests, LICENSE: "words", "notes.csv": "1,2" });
    const classes = ["0", "1", "2"];
    expect(source.name).toBe("set");
    expect(source.train).toEqual(
      dataset({ images: Uint8Array.of(10, 11, 12, 13), shape: [1, 1, 1], labels: [0, 1, 0, 1], classes }),
    );
    expect(source.test).toEqual(dataset({ images: Uint8Array.of(20, 21), shape: [1, 1, 1], labels: [1, 2], classes }));
  });

  test("training files alone give up a stratified part", async () => {
    const { train: kept, test: held } = await open(train);
    expect([kept?.count, held.count]).toEqual([2, 2]);
    expect([...held.labels].sort()).toEqual([0, 1]);
  });

  test("test files alone have nothing to train on", async () => {
    const source = await open(tests);
    expect(source.train).toBeUndefined();
    expect(source.test.count).toBe(2);
  });

  test("packed files are known by their content; dots, prefixes and dimensions in names", async () => {
    const source = await open({
      "my-set.images.idx4-ubyte.gz": packed(idx(8, [2, 1, 1, 3], [1, 2, 3, 4, 5, 6])),
      "my-set.labels.idx1-ubyte": packed(labels(0, 0)),
      "my-set-test-images.idx2-ubyte": idx(8, [1, 3], [1, 2, 3]),
      "my-set-test-labels.idx1-ubyte": labels(0),
    }).catch((error: unknown) => error);
    expect(source).toMatchObject({ code: "source.shapes", received: "1 × 1 × 3 and 1 × 3 × 1" });
  });

  test("floating-point pixels", async () => {
    const half = idx(0x0d, [2, 1, 1], [0x3f, 0, 0, 0, 0x3f, 0x80, 0, 0]);
    const source = await open({ "test-images-idx3-float": half, "test-labels-idx1-ubyte": labels(0, 1) });
    expect(source.test.images).toEqual(Float32Array.of(0.5, 1));
  });

  test.each([
    ["one a line", "cat\r\ndog\n", ["cat", "dog"]],
    ["separated by commas", "cat, dog,Maus\n", ["cat", "dog", "Maus"]],
    ["one a line, with commas and beyond ASCII", "cat, wild\nHündin\n", ["cat, wild", "Hündin"]],
    ["after a byte-order mark", "\ufeffcat\ndog", ["cat", "dog"]],
  ])("class names %s", async (_name, text, classes) => {
    const source = await open({ ...train, "classes.txt": text });
    expect(source.test.classes).toEqual(classes);
  });

  test.each<[string, Tree, string, string]>([
    [
      "labels where images are expected",
      { ...train, "train-images-idx3-ubyte": labels(0, 1, 0, 1) },
      "idx.role",
      "set/train-images-idx3-ubyte",
    ],
    [
      "images where labels are expected",
      { ...train, "train-labels-idx1-ubyte": images(1, 2, 3, 4) },
      "idx.role",
      "set/train-labels-idx1-ubyte",
    ],
    [
      "a file cut short",
      { ...train, "train-labels-idx1-ubyte": labels(0, 1, 0, 1).slice(0, -1) },
      "idx.truncated",
      "set/train-labels-idx1-ubyte",
    ],
    ["an empty file", { ...train, "train-images-idx3-ubyte": [] }, "idx.truncated", "set/train-images-idx3-ubyte"],
    ["no images", { "train-labels-idx1-ubyte": labels(0, 1) }, "idx.partner", "set"],
    ["no labels", { ...tests, "train-images-idx3-ubyte": images(1) }, "idx.partner", "set"],
    [
      "labels of another prefix",
      { "a-images-idx3-ubyte": images(1), "b-labels-idx1-ubyte": labels(0) },
      "idx.partner",
      "set",
    ],
    ["one file packed and plain", { ...train, "train-images-idx3-ubyte.gz": packed(images(1)) }, "idx.twice", "set"],
    [
      "two training sets",
      { ...train, "a-images-idx3-ubyte": images(1), "a-labels-idx1-ubyte": labels(0) },
      "idx.twice",
      "set",
    ],
    ["no class names", { ...train, "classes.txt": "\n \n" }, "folder.classNames", "set/classes.txt"],
    [
      "class names that are not UTF-8",
      { ...train, "classes.txt": [0x63, 0xff] },
      "folder.classNames",
      "set/classes.txt",
    ],
  ])("%s", async (_name, tree, code, where) => {
    await refused(tree, code, where);
  });

  const both = "set/train-images-idx3-ubyte with set/train-labels-idx1-ubyte";
  test.each<[string, Tree, string, string]>([
    ["fewer labels than pictures", { ...train, "train-labels-idx1-ubyte": labels(0, 1) }, "dataset.count", both],
    ["a label beyond the class names", { ...train, "classes.txt": "cat\n" }, "dataset.label", `${both}, label 1`],
    [
      "a label below 0",
      { ...train, "train-labels-idx1-ubyte": idx(9, [4], [0, 255, 0, 0]) },
      "dataset.label",
      `${both}, label 1`,
    ],
    [
      "no pictures",
      { "train-images-idx3-ubyte": images(), "train-labels-idx1-ubyte": labels() },
      "dataset.empty",
      both,
    ],
  ])("%s", async (_name, tree, code, where) => {
    await refused(tree, code, where);
  });
});

describe("class folders", () => {
  const cats = { "cat/b.png": [2, 1, 30, 40], "cat/a.JPG": [2, 1, 10, 20] };
  const dogs = { "dog/c.webp": [2, 1, 50, 60], "dog/d.jpeg": [2, 1, 70, 80] };
  const under = (folder: string, tree: Tree): Tree =>
    Object.fromEntries(Object.entries(tree).map(([path, content]) => [`${folder}/${path}`, content]));

  test("class and file names sort the pictures; each becomes RGB at the size of the first", async () => {
    const source = await open(under("test", { ...dogs, ...cats }));
    const rgb = [10, 20, 30, 40, 50, 60, 70, 80].flatMap((v) => [v, v, v]);
    expect(source.train).toBeUndefined();
    expect(source.test).toMatchObject({ count: 4, shape: [1, 2, 3], classes: ["cat", "dog"] });
    expect([...source.test.labels]).toEqual([0, 0, 1, 1]);
    expect([...source.test.images]).toEqual(rgb);
    expect(source.test.input).toEqual({
      ...{ shape: [1, 2, 3], channels: "rgb", resize: "stretch", polarity: "kept", centring: "none" },
    });
  });

  test("one channel where the form asks for it", async () => {
    const form: InputForm = { shape: [1, 2, 1], channels: "grey", resize: "none", polarity: "kept", centring: "none" };
    const source = await open({ ...under("train", { ...cats, ...dogs }), ...under("test", dogs) }, form);
    expect([...source.train!.images]).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
    expect(source.test).toMatchObject({ input: form, classes: ["cat", "dog"], labels: Uint32Array.of(1, 1) });
  });

  test("without test folders a part of each class is held back", async () => {
    const source = await open({ ...cats, ...dogs, ".DS_Store": [], "cat/Thumbs.db": [], "dog/notes.txt": "x" });
    expect([...source.train!.labels]).toEqual([0, 1]);
    expect([...source.test.labels]).toEqual([0, 1]);
  });

  test("test pictures take the size of the training pictures", async () => {
    const source = await open({
      ...under("train", { ...cats, ...dogs }),
      "test/dog/x.png": [4, 2, ...new Array(8).fill(90)],
    });
    expect(source.test).toMatchObject({ shape: [1, 2, 3], images: Uint8Array.from(new Array(6).fill(90)) });
  });

  test("more pixels than memory should hold", async () => {
    const form: InputForm = {
      shape: [30000, 30000, 3],
      channels: "rgb",
      resize: "stretch",
      polarity: "kept",
      centring: "none",
    };
    await expect(open({ ...cats, ...dogs }, form)).rejects.toMatchObject({ code: "folder.large", where: "set" });
  });

  test.each<[string, Tree, string, string]>([
    ["one class", cats, "folder.oneClass", "set"],
    ["one training class", { ...under("train", cats), ...under("test", dogs) }, "folder.oneClass", "set/train"],
    [
      "a test class that is not trained",
      { ...under("train", { ...cats, ...dogs }), "test/fox/a.png": [1, 1, 1] },
      "folder.class",
      "set/test",
    ],
    ["an empty picture", { ...cats, ...dogs, "dog/e.png": [] }, "image.empty", "set/dog/e.png"],
    ["a corrupt picture", { ...cats, ...dogs, "cat/z.png": [9, 9, 9] }, "image.corrupt", "set/cat/z.png"],
    ["another file among the pictures", { ...cats, ...dogs, "cat/film.mp4": [1] }, "folder.stray", "set/cat/film.mp4"],
    ["a picture beside the class folders", { ...cats, ...dogs, "e.png": [1, 1, 1] }, "folder.stray", "set/e.png"],
    ["a class without pictures", { ...cats, "dog/.hidden": [] }, "folder.empty", "set/dog"],
    ["nothing but a note", { "readme.txt": "x" }, "folder.empty", "set"],
    ["an empty folder", {}, "folder.empty", "set"],
    ["one picture a class", { "cat/a.png": [1, 1, 1], "dog/b.png": [1, 1, 2] }, "split.few", "dataset"],
  ])("%s", async (_name, tree, code, where) => {
    await refused(tree, code, where);
  });
});

describe("sources", () => {
  const options = { files: filesOf({ "a.png": [] }), gunzip, decodeImage, seed: 3 };
  test("nothing there, and a file where a folder is expected", async () => {
    await expect(openSource("elsewhere", options)).rejects.toMatchObject({
      code: "source.nothing",
      where: "elsewhere",
    });
    await expect(openSource("set/a.png", options)).rejects.toMatchObject({ code: "source.file", where: "set/a.png" });
  });

  test("the digits: the seed changes the training pictures only", async () => {
    const [one, two] = [await openSource("digits", options), await openSource("digits", { ...options, seed: 4 })];
    expect(one).toMatchObject({ name: "digits", train: { count: 20000 }, test: { count: 4000, shape: [28, 28, 1] } });
    expect(Buffer.from(one.test.images).equals(Buffer.from(two.test.images))).toBe(true);
    expect(Buffer.from(one.train!.images).equals(Buffer.from(two.train!.images))).toBe(false);
  });

  test.each([
    ["pictures/mnist", "mnist"],
    ["C:\\pictures\\mnist\\", "mnist"],
    ["mnist/..", "mnist"],
    ["./", "data"],
  ])("the source %s is called %s", async (path, name) => {
    const tree = { "test-images-idx3-ubyte": images(1, 2), "test-labels-idx1-ubyte": labels(0, 1) };
    const inside = filesOf(tree);
    const files: Files = {
      ...inside,
      kind: async () => "folder",
      list: () => inside.list("set"),
      join: (_folder, file) => `set/${file}`,
    };
    expect((await openSource(path, { ...options, files })).name).toBe(name);
  });
});
