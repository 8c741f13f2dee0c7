// Bytes of the WebAssembly binary format: integers, vectors, names, sections (core specification, section 5).

/** Nested bytes; put in a row once, when the module is made. */
export type Code = readonly (number | Code)[] | Uint8Array;

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
export function flatten(code: Code): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(1024);
  let length = 0;
  const room = (more: number) => {
    if (length + more <= bytes.length) return;
    const larger = new Uint8Array(2 * (length + more));
    larger.set(bytes);
    bytes = larger;
  };
  const visit = (part: Code) => {
    if (part instanceof Uint8Array) {
      room(part.length);
      bytes.set(part, length);
      length += part.length;
      return;
    }
    for (let k = 0; k < part.length; k++) {
      const inner = part[k];
      if (typeof inner !== "number") visit(inner);
      else {
        room(1);
        bytes[length++] = inner;
      }
    }
  };
  visit(code);
  return bytes.slice(0, length);
}
