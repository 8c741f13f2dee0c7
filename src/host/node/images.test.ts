// Picture files: tiny ones made here, then a collection of good and broken files with their expected pixels.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { dataPath, missing } from "../../../test/data.ts";
import type { DecodedImage } from "../../base/host.ts";
import { decodeImage, imageDecoder } from "./images.ts";

/** A PNG of the given size whose pixels are `rows`, each row led by its filter byte. */
function png(width: number, height: number, depth: number, colourType: number, rows: readonly number[]): Uint8Array {
  const chunk = (type: string, body: Uint8Array) => {
    const content = Buffer.concat([Buffer.from(type, "latin1"), body]);
    return Buffer.concat([word(body.length), content, word(crc32(content))]);
  };
  const header = Buffer.concat([word(width), word(height), Buffer.of(depth, colourType, 0, 0, 0)]);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Uint8Array.from(rows))),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

describe("tiny pictures", () => {
  test("grey, 8 bits: one channel, row first", async () => {
    const image = await decodeImage(png(3, 2, 8, 0, [0, 1, 2, 3, 0, 4, 5, 255]), "a.png");
    expect(image).toEqual({ width: 3, height: 2, channels: 1, pixels: Uint8Array.of(1, 2, 3, 4, 5, 255) });
  });

  test("grey, 16 bits: the high byte, not the rounded value", async () => {
    const image = await decodeImage(png(2, 1, 16, 0, [0, 0x12, 0xff, 0xfe, 0x00]), "a.png");
    expect(image).toEqual({ width: 2, height: 1, channels: 1, pixels: Uint8Array.of(0x12, 0xfe) });
  });

  test("grey and alpha: grey as RGB, alpha kept", async () => {
    const image = await decodeImage(png(1, 1, 8, 4, [0, 90, 40]), "a.png");
    expect(image).toEqual({ width: 1, height: 1, channels: 4, pixels: Uint8Array.of(90, 90, 90, 40) });
  });

  test("WebP without loss", async () => {
    const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0);
    const bytes = await sharp(pixels, { raw: { width: 2, height: 1, channels: 3 } })
      .webp({ lossless: true })
      .toBuffer();
    expect(await decodeImage(bytes, "a.webp")).toEqual({ width: 2, height: 1, channels: 3, pixels });
  });
});

describe("what is refused", () => {
  const refused = (bytes: Uint8Array, code: string) =>
    expect(decodeImage(bytes, "cats/a.png")).rejects.toMatchObject({ code, where: "cats/a.png" });

  test("an empty file", () => refused(new Uint8Array(0), "image.empty"));

  test.each(["GIF89a", "II*\0", "<svg></svg>", "BM", "hello", "\x89PNG\n\x1a\n", "RIFF....WAVE"])(
    "a file that begins with %j",
    (start) => refused(Buffer.from(start, "latin1"), "image.format"),
  );

  test("a picture of more than 100 million pixels, before it is unpacked", () =>
    refused(png(20000, 20000, 8, 0, [0]), "image.large"));

  test("a picture cut short", () => refused(png(3, 2, 8, 0, [0, 1, 2, 3]), "image.corrupt"));

  test("the signature alone", () => refused(Buffer.from("\xff\xd8\xff", "latin1"), "image.corrupt"));

  test("anything where sharp is missing, with the command that installs it", async () => {
    const decode = imageDecoder(() => Promise.reject(new Error("Cannot find package 'sharp'")));
    await expect(decode(png(1, 1, 8, 0, [0, 1]), "a.png")).rejects.toMatchObject({
      code: "image.decoder",
      received: "Cannot find package 'sharp'",
      hint: "Run: npm install sharp",
    });
  });
});

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly decodes: boolean;
  readonly rgba8_sha256?: string;
  readonly rgb_8x8_box?: readonly number[];
  readonly exif_orientation?: number;
}

const folder = dataPath("images");
const files: [string, Expected][] = folder
  ? Object.entries((JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { files: object }).files)
  : [];
const decodeFile = (name: string) => decodeImage(readFileSync(join(folder!, name)), name);
/** Sound pixels beside text chunks that unpack to a thousand times their size; the decoder that made the list refuses those. */
const HARMLESS = "pillow/png_decompression_dos.png";

describe.skipIf(missing(folder, "picture files", "the folder images of the test data is missing"))(
  "the collection",
  () => {
    const good = files.filter(([, expected]) => expected.decodes);
    const bad = files.filter(([name, expected]) => !expected.decodes && name !== HARMLESS);

    test("holds what these tests are for", () => {
      expect(good.filter(([, expected]) => expected.rgba8_sha256).length).toBeGreaterThan(90);
      expect(good.filter(([, expected]) => expected.rgb_8x8_box).length).toBeGreaterThan(20);
      expect(bad.length).toBeGreaterThan(10);
    });

    test.each(good.filter(([, expected]) => expected.rgba8_sha256))(
      "%s has the expected pixels",
      async (name, expected) => {
        const image = await decodeFile(name);
        expect(image).toMatchObject({ width: expected.width, height: expected.height });
        expect(createHash("sha256").update(rgba(image)).digest("hex")).toBe(expected.rgba8_sha256);
      },
    );

    test.each(good.filter(([, expected]) => expected.rgb_8x8_box))("%s is within 3 levels", async (name, expected) => {
      const image = unturned(await decodeFile(name), expected.exif_orientation ?? 1);
      expect(image).toMatchObject({ width: expected.width, height: expected.height });
      const worst = Math.max(...boxes(image).map((value, k) => Math.abs(value - expected.rgb_8x8_box![k])));
      expect(worst).toBeLessThanOrEqual(3);
    });

    test.each(bad)("%s is refused by name", async (name) => {
      const error = await decodeFile(name).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ where: name, message: expect.not.stringContaining("\n") });
      expect(["image.corrupt", "image.format"]).toContain((error as { code: string }).code);
    });

    test("text chunks do not matter to the pixels", async () => {
      expect(await decodeFile(HARMLESS)).toMatchObject({ width: 1, height: 1 });
    });
  },
);

function rgba({ channels, pixels }: DecodedImage): Uint8Array {
  const out = new Uint8Array((pixels.length / channels) * 4);
  for (let k = 0; k < pixels.length / channels; k++) {
    const of = (c: number) => pixels[k * channels + c];
    out.set(channels < 3 ? [of(0), of(0), of(0), channels === 2 ? of(1) : 255] : [of(0), of(1), of(2)], 4 * k);
    if (channels >= 3) out[4 * k + 3] = channels === 4 ? of(3) : 255;
  }
  return out;
}

/** The picture as it is stored, the EXIF orientation (1 … 8) taken back. */
function unturned(image: DecodedImage, orientation: number): DecodedImage {
  const [w, h] = orientation > 4 ? [image.height, image.width] : [image.width, image.height];
  const places: ((x: number, y: number) => [number, number])[] = [
    (x, y) => [x, y],
    (x, y) => [w - 1 - x, y],
    (x, y) => [w - 1 - x, h - 1 - y],
    (x, y) => [x, h - 1 - y],
    (x, y) => [y, x],
    (x, y) => [h - 1 - y, x],
    (x, y) => [h - 1 - y, w - 1 - x],
    (x, y) => [y, w - 1 - x],
  ];
  const source = rgba(image);
  const pixels = new Uint8Array(source.length);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const [column, row] = places[orientation - 1](x, y);
      const from = 4 * (row * image.width + column);
      pixels.set(source.subarray(from, from + 4), 4 * (y * w + x));
    }
  return { width: w, height: h, channels: 4, pixels };
}

/** Mean RGB of 8 × 8 boxes; a pixel belongs to the box that holds its centre. */
function boxes({ width, height, pixels }: DecodedImage): number[] {
  const edge = (size: number, k: number) => Math.floor((size * k) / 8 + 0.5);
  const means: number[] = [];
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++)
      for (let c = 0; c < 3; c++) {
        let [sum, n] = [0, 0];
        for (let y = edge(height, row); y < edge(height, row + 1); y++)
          for (let x = edge(width, column); x < edge(width, column + 1); x++, n++)
            sum += pixels[4 * (y * width + x) + c];
        means.push(sum / n);
      }
  return means;
}
