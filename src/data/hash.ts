// The content of a data set as 16 hexadecimal digits: FNV-1a with 64 bits (Fowler, Noll, Vo), in two 32-bit halves.
import type { Dataset } from "./dataset.ts";

/** 64 bits as their high and their low 32. */
export type Hash64 = readonly [high: number, low: number];

/** FNV's offset basis, the hash of nothing. */
const BASIS: Hash64 = [0xcbf29ce4, 0x84222325];

/**
 * FNV-1a over bytes, going on from `state`: h ← (h xor byte) · (2⁴⁰ + 435) mod 2⁶⁴.
 * With h = high·2³² + low the product is low·435 + 2³²·(high·435 + low·2⁸), and low·435 < 2⁴¹ is exact.
 */
export function fnv1a(bytes: Uint8Array, state: Hash64 = BASIS): Hash64 {
  let [high, low] = state;
  for (let k = 0; k < bytes.length; k++) {
    const mixed = (low ^ bytes[k]) >>> 0;
    const product = mixed * 435;
    high = (Math.imul(high, 435) + Math.floor(product / 4294967296) + (mixed << 8)) >>> 0;
    low = product >>> 0;
  }
  return [high, low];
}

export const hexOfHash = (hash: Hash64): string => hash.map((half) => half.toString(16).padStart(8, "0")).join("");

/**
 * 16 hexadecimal digits of shape, class names, labels, kind of number and pixels; equal sets give equal hashes on every machine.
 * Tells data sets apart; protects nothing.
 */
export function hashDataset(data: Dataset): string {
  const { images, labels, classes, shape, count } = data;
  const names = classes.flatMap((name) => [
    name.length,
    ...Array.from({ length: name.length }, (_, k) => name.charCodeAt(k)),
  ]);
  const head = [count, ...shape, images.BYTES_PER_ELEMENT, classes.length, ...names];
  let hash = fnv1a(littleEndian(Uint32Array.from(head)));
  hash = fnv1a(littleEndian(labels), hash);
  if (images instanceof Uint8Array) return hexOfHash(fnv1a(images, hash));
  const piece = 65536;
  for (let from = 0; from < images.length; from += piece)
    hash = fnv1a(littleEndian(images.subarray(from, from + piece)), hash);
  return hexOfHash(hash);
}

/** The bytes of 32-bit numbers, the lowest byte first on every machine. */
function littleEndian(numbers: Uint32Array | Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (let k = 0; k < numbers.length; k++)
    if (numbers instanceof Float32Array) view.setFloat32(4 * k, numbers[k], true);
    else view.setUint32(4 * k, numbers[k], true);
  return new Uint8Array(view.buffer);
}
