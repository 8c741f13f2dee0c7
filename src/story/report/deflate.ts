// Deflate (RFC 1951) in one block with the fixed codes, inside a zlib wrapper (RFC 1950): small enough to read, good enough for maps full of zeros.

/** Matches reach back this far at most, and are this long. */
const reach = 32768;
const [shortest, longest] = [3, 258];
/** How many earlier places with the same three bytes are tried. */
const tries = 64;

/** The first length of each length code 257…285, and of each distance code 0…29; the last one ends the table. */
const lengthBases = basesOf(3, 29, (code) => (code < 4 || code === 28 ? 0 : (code >> 2) - 1));
const distanceBases = basesOf(1, 30, (code) => (code < 2 ? 0 : (code >> 1) - 1));

interface Base {
  readonly first: number;
  readonly extraBits: number;
}

function basesOf(start: number, count: number, extraOf: (code: number) => number): Base[] {
  let next = start;
  return Array.from({ length: count }, (_, code) => {
    const extraBits = extraOf(code);
    // Length 258 has a code of its own, though 284 with all bits set would mean it too.
    const first = start === shortest && code === 28 ? longest : next;
    next += 1 << extraBits;
    return { first, extraBits };
  });
}

const codeOf = (bases: readonly Base[], value: number) => bases.findLastIndex(({ first }) => first <= value);

/** Bits in the order of the format: packed from the low end of each byte. */
class BitWriter {
  readonly bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** The low bits of `value`, lowest first. */
  bits(value: number, count: number): void {
    for (let k = 0; k < count; k++) {
      this.#pending |= ((value >> k) & 1) << this.#count;
      if (++this.#count === 8) this.flush();
    }
  }

  /** A code, highest bit first. */
  code(value: number, count: number): void {
    for (let k = count - 1; k >= 0; k--) this.bits(value >> k, 1);
  }

  flush(): void {
    if (this.#count > 0) this.bytes.push(this.#pending);
    this.#pending = 0;
    this.#count = 0;
  }
}

/** Compressed bytes that every zlib reader opens. */
export function zlib(bytes: Uint8Array): Uint8Array {
  const writer = new BitWriter();
  writer.bytes.push(0x78, 0x01);
  writer.bits(0b011, 3);
  const matcher = new Matcher(bytes);
  for (let at = 0; at < bytes.length; ) {
    const { length, distance } = matcher.longestAt(at);
    if (length < shortest) literal(writer, bytes[at]);
    else match(writer, length, distance);
    const end = at + Math.max(1, length);
    for (; at < end; at++) matcher.add(at);
  }
  literal(writer, 256);
  writer.flush();
  const sum = adler32(bytes);
  writer.bytes.push((sum >>> 24) & 255, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255);
  return Uint8Array.from(writer.bytes);
}

/** The fixed codes of literals, of the end (256) and of lengths. */
function literal(writer: BitWriter, symbol: number): void {
  if (symbol < 144) writer.code(0x30 + symbol, 8);
  else if (symbol < 256) writer.code(0x190 + symbol - 144, 9);
  else if (symbol < 280) writer.code(symbol - 256, 7);
  else writer.code(0xc0 + symbol - 280, 8);
}

function match(writer: BitWriter, length: number, distance: number): void {
  const lengthCode = codeOf(lengthBases, length);
  literal(writer, 257 + lengthCode);
  writer.bits(length - lengthBases[lengthCode].first, lengthBases[lengthCode].extraBits);
  const distanceCode = codeOf(distanceBases, distance);
  writer.code(distanceCode, 5);
  writer.bits(distance - distanceBases[distanceCode].first, distanceBases[distanceCode].extraBits);
}

/** Remembers where each three bytes stood before. */
class Matcher {
  readonly #bytes: Uint8Array;
  readonly #last = new Map<number, number>();
  readonly #previous: Int32Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#previous = new Int32Array(bytes.length).fill(-1);
  }

  #key(at: number): number {
    return (this.#bytes[at] << 16) | (this.#bytes[at + 1] << 8) | this.#bytes[at + 2];
  }

  add(at: number): void {
    if (at + shortest > this.#bytes.length) return;
    const key = this.#key(at);
    this.#previous[at] = this.#last.get(key) ?? -1;
    this.#last.set(key, at);
  }

  /** The longest run of bytes that stood before; length 0 where there is none of three bytes. */
  longestAt(at: number): { readonly length: number; readonly distance: number } {
    let [length, distance] = [0, 0];
    if (at + shortest > this.#bytes.length) return { length, distance };
    const most = Math.min(longest, this.#bytes.length - at);
    let from = this.#last.get(this.#key(at)) ?? -1;
    for (let k = 0; k < tries && from >= 0 && at - from <= reach; k++) {
      let same = 0;
      while (same < most && this.#bytes[from + same] === this.#bytes[at + same]) same++;
      if (same > length) [length, distance] = [same, at - from];
      if (length === most) break;
      from = this.#previous[from];
    }
    return { length, distance };
  }
}

/** The check sum of RFC 1950. */
function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}
