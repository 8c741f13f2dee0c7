// The safetensors format: eight bytes of header length, a JSON header, the numbers. Writes F64 and F32, reads F16 and BF16 too.

import { decodeUtf8, encodeUtf8, parseJson, sortedJson } from "../base/text.ts";
import { fail } from "../base/words/safetensors.ts";

/** Bytes a number, by the name of its type in the header. */
const BYTES = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;

/** The types of numbers that are read: float64, float32, IEEE half precision, bfloat16. */
export type Dtype = keyof typeof BYTES;

/** The longest header that the format allows, in bytes. */
const HEADER_LIMIT = 100_000_000;
/** Brackets inside one another: the header, a tensor, its shape. */
const DEPTH = 3;
const METADATA = "__metadata__";
/** Not names of tensors: the first is the header's own, the second means something else in JavaScript objects. */
const RESERVED = [METADATA, "__proto__"];

/** Numbers to write: row-major, as many as the shape has cells. */
export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** Numbers as read: float64 for F64, float32 for all other types. `data` is a copy and shares no memory with the file. */
export interface SavedTensor {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly data: Float32Array | Float64Array;
}

export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>;
  /** By name, in the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, SavedTensor>;
}

/**
 * The bytes of a file. Equal contents give equal bytes, in whatever order they are given: F64 tensors come first, then F32,
 * each sorted by name (so that all are aligned to their size); the header has sorted keys and ends in spaces up to a multiple of 8.
 *
 * @throws CutawayError "safetensors.…": a name that is reserved or used twice, a shape that does not fit its numbers
 */
export function writeSafetensors(content: {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly TensorToWrite[];
}): Uint8Array {
  const where = "writeSafetensors";
  checkMetadata(content.metadata, where);
  const tensors = content.tensors.toSorted(
    (a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (a.name < b.name ? -1 : 1),
  );
  const described: Record<string, unknown> = { [METADATA]: content.metadata };
  let end = 0;
  for (const { name, shape, data } of tensors) {
    const entry = {
      dtype: data instanceof Float64Array ? "F64" : "F32",
      shape,
      data_offsets: [end, end + data.byteLength],
    };
    readEntry(where, name, entry);
    if (Object.hasOwn(described, name)) fail("safetensors.duplicate", { where, name });
    described[name] = entry;
    end += data.byteLength;
  }
  const header = encodeUtf8(sortedJson(described));
  const dataStart = 8 + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(dataStart + end).fill(0x20, 8 + header.length, dataStart);
  bytes.set(header, 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, dataStart - 8, true);
  let at = dataStart;
  for (const { data } of tensors) at = writeNumbers(view, at, data);
  return bytes;
}

/** Writes little-endian numbers from `at` on; returns where they end. */
function writeNumbers(view: DataView, at: number, data: Float32Array | Float64Array): number {
  if (data instanceof Float64Array) for (let i = 0; i < data.length; i++) view.setFloat64(at + 8 * i, data[i], true);
  else for (let i = 0; i < data.length; i++) view.setFloat32(at + 4 * i, data[i], true);
  return at + data.byteLength;
}

/** A tensor as the header describes it; begin and end count bytes of the data. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a file that anybody may have written. Nothing in it is believed before it is checked against the bytes that are
 * there, and memory is taken only after that (twice the file's for F16 and BF16).
 *
 * @param where names the file in errors
 * @throws CutawayError "safetensors.…": the file is cut short, its header lies, or a tensor holds whole numbers
 */
export function readSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataStart = readDataStart(view, where);
  const { [METADATA]: metadata = {}, ...described } = readHeader(bytes.subarray(8, dataStart), where);
  checkMetadata(metadata, where);
  const entries = Object.entries(described).map(([name, entry]) => readEntry(where, name, entry));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, bytes.length - dataStart, dataStart, where);
  const tensors = new Map<string, SavedTensor>();
  for (const { name, shape, dtype, begin, end } of entries) {
    const data = readNumbers(new DataView(view.buffer, view.byteOffset + dataStart + begin, end - begin), dtype);
    tensors.set(name, { shape, dtype, data });
  }
  return { metadata, tensors };
}

/** Where the header ends and the data begins: 8 + the header's length, an unsigned 64-bit number. */
function readDataStart(view: DataView, where: string): number {
  const received = view.byteLength;
  if (received < 8) fail("safetensors.truncated", { where, expected: 8, received });
  const length = view.getUint32(4, true) * 4294967296 + view.getUint32(0, true);
  if (length > HEADER_LIMIT) fail("safetensors.headerLength", { where, limit: HEADER_LIMIT, received: length });
  if (length > received - 8) fail("safetensors.truncated", { where, expected: 8 + length, received });
  return 8 + length;
}

function readHeader(bytes: Uint8Array, where: string): Readonly<Record<string, unknown>> {
  const text = decodeUtf8(bytes);
  if (text === undefined) fail("safetensors.header", { where, received: "bytes that are not UTF-8" });
  const parsed = parseJson(text, DEPTH);
  if (parsed.problem === "nesting") fail("safetensors.nesting", { where, limit: DEPTH });
  if (parsed.problem === "duplicate") fail("safetensors.duplicate", { where, name: parsed.name });
  if (parsed.problem === "syntax") fail("safetensors.header", { where, received: "text that is not JSON" });
  if (!isRecord(parsed.value)) fail("safetensors.header", { where, received: "JSON that is no object" });
  return parsed.value;
}

function checkMetadata(metadata: unknown, where: string): asserts metadata is Record<string, string> {
  if (!isRecord(metadata)) fail("safetensors.metadata", { where, received: metadata });
  for (const [name, text] of Object.entries(metadata)) {
    checkName(where, name);
    if (typeof text !== "string") fail("safetensors.metadata", { where, received: { [name]: text } });
  }
}

function readEntry(where: string, name: string, entry: unknown): Entry {
  checkName(where, name);
  const broken = (expected: string, received: unknown) =>
    fail("safetensors.entry", { where, name, expected, received });
  if (!isRecord(entry)) return broken("an object with dtype, shape and data_offsets", entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) return fail("safetensors.dtype", { where, name, known: Object.keys(BYTES), received: dtype });
  if (!isSizes(shape)) return broken("a shape of whole numbers from 0 up", shape);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    return broken("data_offsets [begin, end] of whole numbers, begin ≤ end", offsets);
  const [begin, end] = offsets;
  const checked = { name, shape, dtype, begin, end };
  checkSize(where, checked);
  return checked;
}

/** Tensors lie one behind the other and fill the data; `entries` are sorted by where they begin. */
function checkCoverage(entries: readonly Entry[], size: number, dataStart: number, where: string): void {
  const needed = entries.reduce((most, { end }) => Math.max(most, end), 0);
  if (needed > size) fail("safetensors.truncated", { where, expected: dataStart + needed, received: dataStart + size });
  let filled = 0;
  for (const [i, { name, begin, end }] of entries.entries()) {
    if (begin < filled) fail("safetensors.overlap", { where, name, other: entries[i - 1].name });
    if (begin > filled) fail("safetensors.hole", { where, begin: filled, end: begin });
    filled = end;
  }
  if (filled < size) fail("safetensors.hole", { where, begin: filled, end: size });
}

function checkName(where: string, name: string): void {
  if (RESERVED.includes(name)) fail("safetensors.name", { where, name });
}

/** end − begin is the product of the shape times the bytes a number; no factor on the way may lose a digit. */
function checkSize(where: string, { name, shape, dtype, begin, end }: Entry): void {
  let size: number = BYTES[dtype];
  let exact = true;
  for (const n of shape) {
    size *= n;
    exact &&= Number.isSafeInteger(size);
  }
  if (!exact || size !== end - begin) fail("safetensors.size", { where, name, shape, dtype, received: end - begin });
}

/** The little-endian numbers that fill `view`, as this machine's. */
function readNumbers(view: DataView, dtype: Dtype): Float32Array | Float64Array {
  const count = view.byteLength / BYTES[dtype];
  const data = dtype === "F64" ? new Float64Array(count) : new Float32Array(count);
  if (dtype === "F64") for (let i = 0; i < count; i++) data[i] = view.getFloat64(8 * i, true);
  else if (dtype === "F32") for (let i = 0; i < count; i++) data[i] = view.getFloat32(4 * i, true);
  else if (dtype === "F16") for (let i = 0; i < count; i++) data[i] = fromHalf(view.getUint16(2 * i, true));
  else {
    const bits = new Uint32Array(data.buffer);
    for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, true) << 16;
  }
  return data;
}

/** IEEE half precision: a sign, five bits of exponent e, ten of fraction f; (1024 + f)·2^(e − 25), or 2f·2⁻²⁵ where e = 0. */
function fromHalf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const e = (bits >> 10) & 31;
  const f = bits & 1023;
  if (e === 31) return f === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return (sign * (e === 0 ? 2 * f : (1024 + f) * (1 << e))) / 33554432;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(BYTES, value);
}

/** Whole numbers from 0 up that a float64 holds exactly. */
function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
