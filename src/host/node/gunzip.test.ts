// Gzip: whole files unpack, damaged, cut, foreign and huge ones are refused.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gunzip, gunzipUpTo } from "./gunzip.ts";

const packed = new Uint8Array(gzipSync("hello world".repeat(100)));
const changed = (at: number) => packed.with(at, packed[at] ^ 1);

test("a whole file", async () => {
  expect(Buffer.from(await gunzip(packed, "a.gz")).toString()).toBe("hello world".repeat(100));
});

test.each([
  ["cut short", packed.subarray(0, packed.length - 5)],
  ["cut in the header", packed.subarray(0, 5)],
  ["empty", new Uint8Array(0)],
  ["wrong checksum", changed(packed.length - 6)],
  ["not gzip", Uint8Array.of(1, 2, 3, 4)],
  ["followed by something else", Uint8Array.of(...packed, 7, 7, 7)],
])("%s is refused", async (_name, bytes) => {
  await expect(gunzip(bytes, "a.gz")).rejects.toMatchObject({ code: "gzip.corrupt", where: "a.gz" });
});

test("the limit holds to the byte", async () => {
  expect(await gunzipUpTo(1100)(packed, "a.gz")).toHaveLength(1100);
  await expect(gunzipUpTo(1099)(packed, "a.gz")).rejects.toMatchObject({ code: "gzip.large", where: "a.gz" });
});
