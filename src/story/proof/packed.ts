// Numbers and texts as Python writes them: little-endian bytes in base64, literals, tuples.
import { encodeBase64 } from "../../base/base64.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import type { PythonValue } from "./pytorch.ts";

/** Base64 of bytes (RFC 4648, with padding), in lines of at most 120 characters. */
export function base64Lines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += 90) lines.push(encodeBase64(bytes.subarray(from, from + 90)));
  return lines;
}

/** The bytes of numbers, the lowest byte first on every machine: 8 each of float64, 4 of float32. */
export function littleEndian(numbers: Numbers): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.byteLength));
  for (let k = 0; k < numbers.length; k++)
    if (numbers instanceof Float64Array) view.setFloat64(8 * k, numbers[k], true);
    else view.setFloat32(4 * k, numbers[k], true);
  return new Uint8Array(view.buffer);
}

/** A literal: numbers, texts, tuples. JSON's texts are Python's too. */
export function pythonLiteral(value: PythonValue): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  return `(${value.map(pythonLiteral).join(", ")}${value.length === 1 ? "," : ""})`;
}
