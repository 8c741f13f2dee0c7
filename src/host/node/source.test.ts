// Real data through the real host: IDX files as they are published, and pictures in class folders.
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataPath, missing } from "../../../test/data.ts";
import type { Dataset, InputForm } from "../../data/dataset.ts";
import { openSource } from "../../data/source.ts";
import { createNodeFiles } from "./files.ts";
import { gunzip } from "./gunzip.ts";
import { decodeImage } from "./images.ts";

const files = createNodeFiles();
const open = (folder: string, form?: InputForm) =>
  openSource(folder, { files, gunzip, decodeImage, seed: 1, ...(form && { form }) });

/** Both parts together: pictures, pictures a class, and the sum of the pixels. */
function totals(parts: { readonly train?: Dataset; readonly test: Dataset }) {
  const perClass = parts.test.classes.map(() => 0);
  let [count, sum] = [0, 0];
  for (const data of parts.train ? [parts.train, parts.test] : [parts.test]) {
    count += data.count;
    for (const label of data.labels) perClass[label]++;
    for (const value of data.images) sum += value;
  }
  return { count, perClass, sum };
}

describe("IDX files as they are published", () => {
  const mnist = dataPath("mnist");
  test.skipIf(missing(mnist, "MNIST", "the folder mnist of the test data is missing"))("MNIST", async () => {
    const source = await open(mnist!);
    expect(source).toMatchObject({ name: "mnist", test: { shape: [28, 28, 1], classes: [..."0123456789"] } });
    const { count, perClass, sum } = totals(source);
    expect(count).toBe(60000);
    expect(perClass).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(sum / (60000 * 784)).toBeCloseTo(33.318, 3);
    expect([...source.train!.labels.subarray(0, 4)]).toEqual([5, 0, 4, 1]);
  });

  const fashion = dataPath("fashion-mnist");
  test.skipIf(missing(fashion, "Fashion-MNIST", "the folder fashion-mnist of the test data is missing"))(
    "a part of Fashion-MNIST with class names",
    async () => {
      const source = await open(fashion!);
      expect(source).toMatchObject({ train: { count: 600 }, test: { count: 120, shape: [28, 28, 1] } });
      expect(totals(source).perClass).toEqual(new Array(10).fill(72));
      expect(source.test.classes.slice(0, 2)).toEqual(["T-shirt/top", "Trouser"]);
    },
  );

  const signs = dataPath("sign-digits");
  test.skipIf(missing(signs, "sign digits", "the folder sign-digits of the test data is missing"))(
    "colour pictures in four dimensions",
    async () => {
      const source = await open(signs!);
      expect(source.test).toMatchObject({ shape: [32, 32, 3], input: { channels: "rgb" } });
      expect(totals(source).count).toBe(1651);
    },
  );
});

const pictures = dataPath("images");
describe.skipIf(missing(pictures, "class folders", "the folder images of the test data is missing"))(
  "class folders",
  () => {
    let folder: string;
    const add = async (from: string, to: string) => {
      await mkdir(dirname(join(folder, to)), { recursive: true });
      await cp(join(pictures!, from), join(folder, to));
    };
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "cutaway-source-"));
      await add("made-from-photos/chelsea-baseline-444.jpg", "cat/a.jpg");
      await add("made-from-photos/chelsea-grey16.png", "cat/b.png");
      await add("made-from-photos/chelsea-exif-orient6.jpg", "cat/c.JPG");
      await add("pillow/hopper.png", "person/a.png");
      await add("pillow/hopper_gray.jpg", "person/b.jpeg");
      await add("pillow/transparent.png", "person/c.png");
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test("colour at the size of the first picture", async () => {
      const source = await open(folder);
      expect(source.test).toMatchObject({ shape: [101, 149, 3], classes: ["cat", "person"], count: 2 });
      expect(source.train).toMatchObject({ count: 4, shape: [101, 149, 3], input: source.test.input });
    });

    test("grey at the size asked for", async () => {
      const form: InputForm = {
        shape: [8, 12, 1],
        channels: "grey",
        resize: "stretch",
        polarity: "kept",
        centring: "none",
      };
      const source = await open(folder, form);
      expect(source.test).toMatchObject({ shape: [8, 12, 1], input: form });
      expect(totals(source).count).toBe(6);
    });

    test.each([
      ["cut short", "made-from-photos/chelsea-truncated.jpg", "image.corrupt"],
      ["damaged", "made-from-photos/chelsea-badcrc.png", "image.corrupt"],
    ])("a picture that is %s stops the reading, by name", async (_name, from, code) => {
      await add(from, "person/z.png");
      await expect(open(folder)).rejects.toMatchObject({ code, where: join(folder, "person", "z.png") });
      await rm(join(folder, "person", "z.png"));
    });

    test("an empty picture", async () => {
      await writeFile(join(folder, "cat", "z.png"), "");
      await expect(open(folder)).rejects.toMatchObject({ code: "image.empty", where: join(folder, "cat", "z.png") });
      await rm(join(folder, "cat", "z.png"));
    });
  },
);
