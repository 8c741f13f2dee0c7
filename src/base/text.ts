// Text as bytes and as JSON, in plain ECMAScript: strict UTF-8, JSON with one spelling a value, JSON read with limits.

/** The lowest code point that needs 1, 2, 3 or 4 bytes; a longer spelling of a lower one is not UTF-8. */
const LOWEST = [0, 0x80, 0x800, 0x10000];
/** The bits that say in a first byte how many follow. */
const FIRST = [0, 0xc0, 0xe0, 0xf0];

/** The bytes of a text. A surrogate without its partner becomes U+FFFD, as in the platform's encoders. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text) {
    let point = character.codePointAt(0)!;
    if (isSurrogate(point)) point = 0xfffd;
    let following = 3;
    while (point < LOWEST[following]) following--;
    bytes[length++] = FIRST[following] | (point >> (6 * following));
    while (following > 0) bytes[length++] = 0x80 | ((point >> (6 * --following)) & 0x3f);
  }
  return bytes.slice(0, length);
}

/**
 * The text of UTF-8 bytes, or undefined where they are not UTF-8: stray or missing bytes, spellings that are too long,
 * surrogates, anything above U+10FFFF. A byte order mark is kept as U+FEFF.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let points: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const following = followingBytes(bytes[at]);
    if (following < 0) return undefined;
    let point = following === 0 ? bytes[at] : bytes[at] & (0x3f >> following);
    for (let k = 1; k <= following; k++) {
      const next = bytes[at + k];
      if (next === undefined || (next & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (next & 0x3f);
    }
    if (point < LOWEST[following] || point > 0x10ffff || isSurrogate(point)) return undefined;
    at += following + 1;
    if (points.push(point) === 4096) {
      parts.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  return parts.join("") + String.fromCodePoint(...points);
}

/** How many bytes follow this first one; −1 where no character begins with it. */
function followingBytes(first: number): number {
  if (first < 0x80) return 0;
  if (first < 0xc0 || first >= 0xf8) return -1;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff;
}

/** One line of JSON, numbers in full precision; those that JSON lacks are the strings "NaN", "Infinity" and "-Infinity". */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value, (_name, part) =>
    typeof part === "number" && !Number.isFinite(part) ? String(part) : part,
  );
}

/**
 * Like `toJsonLine`, of plain objects and arrays, with the names of every object sorted by their UTF-16 units: equal
 * values give the same text, in whatever order they were built.
 */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${Array.from(value, (part) => sortedJson(part ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return toJsonLine(value);
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${sortedJson(part)}`);
  return `{${parts.join(",")}}`;
}

/** A value, or why there is none; `name` is the one that an object holds twice. */
export type ParsedJson =
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly problem: "syntax" }
  | { readonly problem: "nesting" }
  | { readonly problem: "duplicate"; readonly name: string };

/**
 * Reads JSON that a stranger wrote. Refuses more than `depth` brackets inside one another before the platform's parser,
 * which may recurse, sees the text; and objects that hold a name twice, of which that parser drops one.
 */
export function parseJson(text: string, depth: number): ParsedJson {
  try {
    return findTrouble(text, depth) ?? { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: "syntax" };
    throw error;
  }
}

/** Walks the brackets and strings of a text, valid or not. Throws a SyntaxError where a name is not a JSON string. */
function findTrouble(text: string, depth: number): ParsedJson | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") {
      if (open.push(new Set()) > depth) return { problem: "nesting" };
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const start = at;
      at = closingQuote(text, start);
      if (!colonFollows(text, at)) continue;
      const name: string = JSON.parse(text.slice(start, at + 1));
      const names = open.at(-1);
      if (names?.has(name)) return { problem: "duplicate", name };
      names?.add(name);
    }
  }
  return undefined;
}

function closingQuote(text: string, opening: number): number {
  let at = opening + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function colonFollows(text: string, quote: number): boolean {
  let at = quote + 1;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}
