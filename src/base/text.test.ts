// UTF-8 against hand-made bytes and the platform's coders; JSON with one spelling; JSON that a stranger wrote.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8, parseJson, sortedJson, toJsonLine } from "./text.ts";

const bytesOf = (hex: string) => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));

describe("UTF-8", () => {
  test.each([
    ["$", "24"],
    ["é", "c3 a9"],
    ["€", "e2 82 ac"],
    ["𝄞", "f0 9d 84 9e"],
    [
      "\0\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}",
      "00 7f c2 80 df bf e0 a0 80 ef bf bf f0 90 80 80 f4 8f bf bf",
    ],
    ["\ufeffa", "ef bb bf 61"],
  ])("%j is %s, both ways", (text, hex) => {
    expect(encodeUtf8(text)).toEqual(bytesOf(hex));
    expect(decodeUtf8(bytesOf(hex))).toBe(text);
  });

  test("the empty text has no bytes", () => {
    expect(encodeUtf8("")).toEqual(new Uint8Array(0));
    expect(decodeUtf8(new Uint8Array(0))).toBe("");
  });

  test.each([
    ["a following byte first", "80"],
    ["nothing follows", "61 e2 82"],
    ["a letter follows", "c3 28"],
    ["two bytes for U+002F", "c0 af"],
    ["three bytes for U+07FF", "e0 9f bf"],
    ["four bytes for U+FFFF", "f0 8f bf bf"],
    ["a surrogate", "ed a0 80"],
    ["above U+10FFFF", "f4 90 80 80"],
    ["a first byte for five", "f8 88 80 80 80"],
    ["a byte that is never used", "ff"],
  ])("%s is refused: %s", (_why, hex) => {
    expect(decodeUtf8(bytesOf(hex))).toBeUndefined();
  });

  test("any text encodes as the platform encodes it, lone surrogates included", () => {
    const points = fc.array(fc.oneof(fc.nat(0x10ffff), fc.integer({ min: 0xd800, max: 0xdfff }), fc.nat(255)));
    fc.assert(
      fc.property(points, (each) => {
        const text = String.fromCodePoint(...each);
        expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("any bytes decode as the platform decodes them, or are refused by both", () => {
    const platform = (bytes: Uint8Array) => {
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        return undefined;
      }
    };
    const nearText = fc
      .tuple(fc.string({ unit: "binary", minLength: 1 }), fc.nat(), fc.nat(255))
      .map(([text, at, byte]) => {
        const bytes = new TextEncoder().encode(text);
        bytes[at % bytes.length] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(nearText, fc.uint8Array()), (bytes) => {
        expect(decodeUtf8(bytes)).toBe(platform(bytes));
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  test("a text of many parts comes back whole", () => {
    const text = "aé€𝄞".repeat(5000);
    expect(decodeUtf8(encodeUtf8(text))).toBe(text);
  });
});

describe("JSON that is written", () => {
  test("names are sorted at every level, also those that look like numbers", () => {
    expect(sortedJson({ b: [{ z: 1, a: "x\n" }], a: null, "10": true, "9": undefined, é: 0.1 })).toBe(
      '{"10":true,"a":null,"b":[{"a":"x\\n","z":1}],"é":0.1}',
    );
    expect(sortedJson([undefined, -0, 1e21])).toBe("[null,0,1e+21]");
  });

  test("equal values give equal text, which reads back as the value", () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, part]) => [name, shuffled(part)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = sortedJson(value);
        expect(text).toBe(sortedJson(shuffled(value)));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("a line keeps full precision, and numbers that JSON lacks are strings", () => {
    expect(
      toJsonLine({ loss: 0.1 + 0.2, worst: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] }),
    ).toBe('{"loss":0.30000000000000004,"worst":["NaN","Infinity","-Infinity"]}');
    expect(toJsonLine("a\nb")).toBe('"a\\nb"');
    expect(sortedJson({ rate: Number.NaN })).toBe('{"rate":"NaN"}');
  });
});

describe("JSON that a stranger wrote", () => {
  test("what is sound is read as the platform reads it", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parseJson(text, 20)).toEqual({ value: JSON.parse(text) });
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test("brackets inside one another have a limit, in strings they do not count", () => {
    expect(parseJson('{"a":[1]}', 2)).toEqual({ value: { a: [1] } });
    expect(parseJson('{"a":[[1]]}', 2)).toEqual({ problem: "nesting" });
    expect(parseJson('{"a[[[{\\"{{":"[[[{"}', 1)).toEqual({ value: { 'a[[[{"{{': "[[[{" } });
    expect(parseJson("[".repeat(10_000_000), 100)).toEqual({ problem: "nesting" });
  });

  test("a name stands once in an object, however it is spelled", () => {
    expect(parseJson('{"a":1,"b":{"a":2},"c":["a","a"]}', 9)).toEqual({ value: { a: 1, b: { a: 2 }, c: ["a", "a"] } });
    expect(parseJson('{"a":1,"\\u0061" \n\t\r:2}', 9)).toEqual({ problem: "duplicate", name: "a" });
    expect(parseJson('[{"x":{"a":1,"a":1}}]', 9)).toEqual({ problem: "duplicate", name: "a" });
    expect(parseJson('{"__proto__":1,"__proto__":2}', 9)).toEqual({ problem: "duplicate", name: "__proto__" });
  });

  test.each(["", "{", '{"a', '{"a\\', '{"\\x":1}', "]", '}"a":1', '"a":1', "{'a':1}", "[1,]", "nan", "1 2"])(
    "%j is no JSON",
    (text) => {
      expect(parseJson(text, 9)).toEqual({ problem: "syntax" });
    },
  );
});
