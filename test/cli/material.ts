// What the tests of the command work on: small class folders, IDX and model files, right and wrong ones.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { type ImageShape, type InputForm, modelFromGraph, parseGraph, saveModel } from "../../src/index.ts";

export const SIDE = 12;

/** Bars, discs and poles: light on dark, their place and brightness by `k`. */
const shapes: Record<string, (row: number, column: number, k: number) => boolean> = {
  bar: (row, _, k) => row - 2 - (k % 7) >= 0 && row - 2 - (k % 7) < 3,
  disc: (row, column, k) => (row - 4 - (k % 4)) ** 2 + (column - 7 + (k % 3)) ** 2 < 12,
  pole: (_, column, k) => column - 2 - (k % 7) >= 0 && column - 2 - (k % 7) < 3,
};
export const classes = Object.keys(shapes);

/** Grey pixels of one picture, 12×12. */
export function pixelsOf(name: string, k: number): Uint8Array {
  const ink = (cell: number) => shapes[name](Math.floor(cell / SIDE), cell % SIDE, k);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, cell) => (ink(cell) ? 255 - 5 * (k % 12) : (cell * 7 + k) % 20));
}

export function pngOf(pixels: Uint8Array, side = SIDE): Promise<Buffer> {
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .toColourspace("b-w")
    .png()
    .toBuffer();
}

/** Writes <folder>/<class>/<k>.png, `each` of every class. */
export async function writeClassFolders(folder: string, each = 12): Promise<void> {
  for (const name of classes) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let k = 0; k < each; k++) writeFileSync(join(folder, name, `${k}.png`), await pngOf(pixelsOf(name, k)));
  }
}

/** A small network for the class folders. */
export const graph = {
  input: [SIDE, SIDE, 1],
  nodes: [
    { op: "rescale" },
    { op: "conv2d", options: { filters: 3, kernelSize: 3 } },
    { op: "relu" },
    { op: "maxPool2d", options: { poolSize: 2 } },
    { op: "flatten" },
    { op: "dense", options: { units: 3 } },
  ],
};

const form: InputForm = {
  shape: [SIDE, SIDE, 1] as ImageShape,
  channels: "grey",
  resize: "stretch",
  polarity: "kept",
  centring: "none",
};

/** The bytes of an untrained model of that network; `scale` multiplies its numbers. */
export function modelBytes({ scale = 1, names = classes }: { scale?: number; names?: readonly string[] } = {}) {
  const model = modelFromGraph(parseGraph(graph, "test"), { classes: names, input: form });
  model.initialize(7);
  for (const { data } of model.parameters.values()) for (let k = 0; k < data.length; k++) data[k] *= scale;
  return saveModel(model);
}

/** An IDX file of bytes. */
export function idx(shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  for (const [axis, n] of shape.entries()) header.setUint32(4 + 4 * axis, n);
  return Buffer.concat([new Uint8Array(header.buffer), Uint8Array.from(data)]);
}

/** A safetensors file whose header says what it likes. */
export function safetensors(
  header: object | string,
  data: Uint8Array = new Uint8Array(0),
  length?: bigint,
): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, length ?? BigInt(text.length), true);
  return Buffer.concat([new Uint8Array(size.buffer), text, data]);
}

/** The header of a model file, and the data after it. */
export function opened(bytes: Uint8Array): { header: Record<string, Record<string, unknown>>; data: Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return { header: JSON.parse(text), data: bytes.subarray(8 + length) };
}
