// PNG and deflate against the readers of others: zlib opens what was packed, sharp finds every colour again, palette or not.
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { zlib } from "./deflate.ts";
import { encodePng, type Picture, pngDataUri } from "./png.ts";

const hex = (n: number) => `#${n.toString(16).padStart(6, "0")}`;

async function decoded(bytes: Uint8Array): Promise<string[]> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (k: number) =>
    (data[info.channels * k] << 16) | (data[info.channels * k + 1] << 8) | data[info.channels * k + 2];
  return Array.from({ length: info.width * info.height }, (_, k) => hex(at(k)));
}

test("packed bytes come out as they went in, and runs are short", () => {
  const some = fc.uint8Array({ maxLength: 600 });
  const repeating = fc.tuple(some, fc.integer({ min: 1, max: 200 })).map(([part, times]) => {
    return Uint8Array.from(Array.from({ length: times }, () => [...part.subarray(0, 40)]).flat());
  });
  const few = fc.array(fc.constantFrom(0, 1, 255), { maxLength: 3000 }).map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(fc.oneof(some, repeating, few), (bytes) => {
      expect(Buffer.from(inflateSync(zlib(bytes))).equals(Buffer.from(bytes))).toBe(true);
    }),
    { seed: 4, numRuns: 300 },
  );
  expect(zlib(new Uint8Array(10_000)).length).toBeLessThan(100);
});

test("matches reach back 32,768 bytes and no further", () => {
  for (const gap of [32_765, 32_768, 32_769, 40_000]) {
    const bytes = new Uint8Array(gap + 50).map((_, k) => (k < 50 || k >= gap ? 200 + (k % gap) : (k * k) % 97));
    expect(Buffer.from(inflateSync(zlib(bytes))).equals(Buffer.from(bytes))).toBe(true);
  }
});

test.each([
  ["sixteen colours", 60, 40, 16],
  ["an odd row of two", 7, 1, 2],
  ["256 colours, the most of a palette", 32, 32, 256],
  ["more than a palette holds", 40, 30, 1000],
  ["one pixel", 1, 1, 1],
])("%s: sharp finds the colours", async (_, width, height, count) => {
  const colours = Array.from({ length: width * height }, (_, k) =>
    hex((((k < count ? k : (k * k) >> 3) % count) * 65_537 * 31) % 16_777_216),
  );
  const bytes = encodePng({ width, height, colours });
  expect(await decoded(bytes)).toEqual(colours);
  const type = bytes[25];
  if (count > 256) expect(type).toBe(2);
  if (count === 16) expect(type).toBe(3);
});

test("a picture becomes text that a page can load", () => {
  const picture: Picture = { width: 2, height: 1, colours: ["#000000", "#ffffff"] };
  const [start, content] = pngDataUri(picture).split(",");
  expect(start).toBe("data:image/png;base64");
  expect(content).toBe(Buffer.from(encodePng(picture)).toString("base64"));
});
