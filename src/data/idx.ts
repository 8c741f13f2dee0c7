// IDX files, the format of MNIST: 00 00, element type, number of dimensions, sizes (32 bits), then the numbers; all big-endian.

import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/source.ts";
import type { ImageShape } from "./dataset.ts";

export type IdxNumbers = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Numbers with a shape of 1 to 4 sizes, the last index fastest. */
export interface Idx {
  readonly shape: readonly number[];
  readonly data: IdxNumbers;
}

interface Element {
  readonly bytes: number;
  read(view: DataView, count: number): IdxNumbers;
}

const filled = <A extends IdxNumbers>(out: A, get: (k: number) => number): A => {
  for (let k = 0; k < out.length; k++) out[k] = get(k);
  return out;
};

const elements = new Map<number, Element>([
  [0x08, { bytes: 1, read: (view, n) => new Uint8Array(view.buffer, view.byteOffset, n) }],
  [0x09, { bytes: 1, read: (view, n) => new Int8Array(view.buffer, view.byteOffset, n) }],
  [0x0b, { bytes: 2, read: (view, n) => filled(new Int16Array(n), (k) => view.getInt16(2 * k)) }],
  [0x0c, { bytes: 4, read: (view, n) => filled(new Int32Array(n), (k) => view.getInt32(4 * k)) }],
  [0x0d, { bytes: 4, read: (view, n) => filled(new Float32Array(n), (k) => view.getFloat32(4 * k)) }],
  [0x0e, { bytes: 8, read: (view, n) => filled(new Float64Array(n), (k) => view.getFloat64(8 * k)) }],
]);

/**
 * Reads an IDX file that is already unpacked; bytes are looked at in place, not copied. `where` names the file in errors.
 * Errors: `idx.magic`, `idx.type`, `idx.dimensions`, `idx.truncated` (also sizes beyond the file), `idx.trailing`.
 */
export function parseIdx(bytes: Uint8Array, where: string): Idx {
  const cut = { where, shape: [], expected: 4, received: bytes.length };
  if (bytes.length < 4) fail("idx.truncated", cut);
  if (bytes[0] !== 0 || bytes[1] !== 0) fail("idx.magic", { where, received: hexadecimal(bytes.subarray(0, 4)) });
  const element = elements.get(bytes[2]) ?? fail("idx.type", { where, received: bytes[2] });
  const dimensions = bytes[3];
  if (dimensions < 1 || dimensions > 4) fail("idx.dimensions", { where, received: dimensions });
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) fail("idx.truncated", { ...cut, expected: start });
  const header = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: dimensions }, (_, axis) => header.getUint32(4 + 4 * axis));
  const expected = start + sizeOf(shape) * element.bytes;
  if (bytes.length < expected) fail("idx.truncated", { where, shape, expected, received: bytes.length });
  if (bytes.length > expected) fail("idx.trailing", { where, shape, expected, received: bytes.length });
  const body = new DataView(bytes.buffer, bytes.byteOffset + start);
  return { shape, data: element.read(body, sizeOf(shape)) };
}

/**
 * Pictures of an IDX file: N×H×W is grey, N×H×W×C as it stands; N×L is a square if L is a square number, else one row of L.
 * Error: `idx.role` for a file of labels.
 */
export function idxImages(idx: Idx, where: string): { images: IdxNumbers; shape: ImageShape } {
  const [, a, b, c] = idx.shape;
  if (idx.shape.length === 4) return { images: idx.data, shape: [a, b, c] };
  if (idx.shape.length === 3) return { images: idx.data, shape: [a, b, 1] };
  if (idx.shape.length === 1) fail("idx.role", { where, role: "images", shape: idx.shape });
  const side = Math.round(Math.sqrt(a));
  return { images: idx.data, shape: side * side === a ? [side, side, 1] : [1, a, 1] };
}

/** Labels of an IDX file: one dimension. Error: `idx.role` for a file of images. */
export function idxLabels(idx: Idx, where: string): IdxNumbers {
  if (idx.shape.length !== 1) fail("idx.role", { where, role: "labels", shape: idx.shape });
  return idx.data;
}

const hexadecimal = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
