// PNG (ISO/IEC 15948) of one pixel a cell: with a palette where that is smaller, else three bytes a pixel; never another colour than was asked for.

import { encodeBase64 } from "../../base/base64.ts";
import { encodeUtf8 } from "../../base/text.ts";
import { zlib } from "./deflate.ts";

/** Colours row first, each "#rrggbb". */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly colours: readonly string[];
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The file's bytes. Width and height are at least 1; there is one colour a pixel. */
export function encodePng(picture: Picture): Uint8Array {
  const palette = [...new Set(picture.colours)];
  const plain = join(signature, header(picture, 2), chunk("IDAT", zlib(scanlines(picture, rgb))), chunk("IEND", []));
  if (palette.length > 256) return plain;
  const positions = new Map(palette.map((colour, position) => [colour, position]));
  const indexed = zlib(scanlines(picture, (colour) => [positions.get(colour) as number]));
  const colours = chunk("PLTE", palette.flatMap(rgb));
  const small = join(signature, header(picture, 3), colours, chunk("IDAT", indexed), chunk("IEND", []));
  return small.length <= plain.length ? small : plain;
}

/** As the `src` of an image. */
export function pngDataUri(picture: Picture): string {
  return `data:image/png;base64,${encodeBase64(encodePng(picture))}`;
}

function rgb(colour: string): number[] {
  const number = Number.parseInt(colour.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** Rows of samples, each begun by filter 0: the bytes as they are. */
function scanlines({ width, colours }: Picture, samples: (colour: string) => number[]): Uint8Array {
  return Uint8Array.from(colours.flatMap((colour, k) => (k % width === 0 ? [0, ...samples(colour)] : samples(colour))));
}

/** Eight bits a sample; type 2 is true colour, 3 a palette. */
function header({ width, height }: Picture, type: 2 | 3): Uint8Array {
  return chunk("IHDR", [...word(width), ...word(height), 8, type, 0, 0, 0]);
}

function chunk(name: string, content: ArrayLike<number>): Uint8Array {
  const body = join(encodeUtf8(name), content);
  return join(word(content.length), body, word(crc32(body)));
}

const word = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

function join(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let k = 0; k < 8; k++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum >>> 0;
});

/** The check sum of a chunk. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = crcTable[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
