// Bytes of the WebAssembly binary format: integers, vectors, names, sections (core specification, section 5).

/** Nested bytes; flattened once, when the module is put together. */
export type Code = readonly (number | Code)[];

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = (rest - low) / 128;
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    bytes.push(done ? low : low | 128);
    if (done) return bytes;
  }
}

/** A float in little-endian bytes. */
export function floatBytes(value: number, size: 4 | 8): number[] {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return Array.from({ length: size }, (_, k) => view.getUint8(k));
}

/** How many, then each. */
export function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

/** A name of ASCII letters. */
export function text(name: string): Code {
  return [unsigned(name.length), Array.from(name, (letter) => letter.charCodeAt(0))];
}

/** Its length in bytes, then the content. */
export function sized(content: Code): Code {
  const bytes = flatten(content);
  return [unsigned(bytes.length), bytes];
}

/** Nested bytes in a row. */
export function flatten(code: Code): number[] {
  const bytes: number[] = [];
  const visit = (part: number | Code) => {
    if (typeof part === "number") bytes.push(part);
    else for (const inner of part) visit(inner);
  };
  visit(code);
  return bytes;
}
