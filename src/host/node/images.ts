// Picture files through sharp: PNG, JPEG and WebP to 8-bit pixels as they are stored, with the EXIF orientation applied.

import type { DecodedImage, DecodeImage } from "../../base/host.ts";
import { fail } from "../../base/words/source.ts";

type Sharp = typeof import("sharp")["default"];

/** A picture with more pixels than this is refused before it is unpacked. */
const MEGAPIXELS = 100;

/** How a kind of file begins; "." stands for any byte. The first three are read, the others are named in the error. */
const signatures: readonly (readonly [name: string, start: string])[] = [
  ["PNG", "\x89PNG\r\n\x1a\n"],
  ["JPEG", "\xff\xd8\xff"],
  ["WebP", "RIFF....WEBP"],
  ["a PNG file whose first bytes are damaged", "\x89PNG"],
  ["a GIF file", "GIF8"],
  ["a TIFF file", "II*\0"],
  ["a TIFF file", "MM\0*"],
  ["a BMP file", "BM"],
  ["an AVIF or HEIC file", "....ftyp"],
  ["an SVG or HTML file", "<"],
];
const readable = signatures.slice(0, 3).map(([name]) => name);

/**
 * Decodes a PNG, JPEG or WebP file: 16-bit samples are cut to their high byte, CMYK becomes (1 − C)(1 − K), of an animation the
 * first picture is taken, gamma and colour profiles are not applied. Grey without alpha gives 1 channel, else 3 or 4.
 * Errors: `image.empty`, `image.format`, `image.corrupt`, `image.large`, `image.decoder` (sharp is not installed).
 */
export const decodeImage: DecodeImage = imageDecoder(() => import("sharp"));

/** The decoder over the package that `load` gives: what `import("sharp")` gives, or a rejected promise where it is missing. */
export function imageDecoder(load: () => Promise<unknown>): DecodeImage {
  return async (bytes, where) => {
    const format = checkedFormat(bytes, where);
    const sharp = await loaded(load, where);
    try {
      return await decoded(sharp, bytes);
    } catch (error) {
      const message = (error as Error).message;
      if (message.includes("pixel limit")) return fail("image.large", { where, limit: MEGAPIXELS }, error);
      const reason = message.split("\n")[0].replace(/[:\s]+$/, "");
      const received = reason === "Unknown error" ? "damaged data" : `damaged data (${reason})`;
      return fail("image.corrupt", { where, format, received }, error);
    }
  };
}

async function loaded(load: () => Promise<unknown>, where: string): Promise<Sharp> {
  try {
    return ((await load()) as { default: Sharp }).default;
  } catch (error) {
    return fail("image.decoder", { where, received: (error as Error).message.split("\n")[0] }, error);
  }
}

function checkedFormat(bytes: Uint8Array, where: string): string {
  if (bytes.length === 0) fail("image.empty", { where });
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  const found = signatures.find(([, signature]) =>
    Array.from(signature).every((character, k) => character === "." || character === start[k]),
  );
  if (found && readable.includes(found[0])) return found[0];
  const hexadecimal = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0"));
  return fail("image.format", {
    where,
    received: found?.[0] ?? `a file that begins with the bytes ${hexadecimal.join(" ")}`,
  });
}

/**
 * failOn "error": libvips reports truncation, bad checksums and undecodable data as errors, while its warnings (stray bytes
 * between the markers of a JPEG) leave every pixel whole.
 */
async function decoded(sharp: Sharp, bytes: Uint8Array): Promise<DecodedImage> {
  const limitInputPixels = MEGAPIXELS * 1_000_000;
  const image = sharp(bytes, { failOn: "error", limitInputPixels, ignoreIcc: true, autoOrient: true });
  const { space, hasAlpha } = await image.metadata();
  if (space === "cmyk") image.pipelineColourspace("cmyk").toColourspace("cmyk");
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (space === "cmyk") return { width, height, channels: 3, pixels: rgbOfCmyk(data) };
  if (!hasAlpha && (space === "b-w" || space === "grey16"))
    return { width, height, channels: 1, pixels: redOfRgb(data) };
  return { width, height, channels, pixels: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** One channel of a grey picture, which sharp gives as three equal ones. */
function redOfRgb(rgb: Uint8Array): Uint8Array {
  const red = new Uint8Array(rgb.length / 3);
  for (let pixel = 0; pixel < red.length; pixel++) red[pixel] = rgb[3 * pixel];
  return red;
}

/** (1 − C)(1 − K) and so on, in 8 bits. */
function rgbOfCmyk(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let pixel = 0; pixel < cmyk.length / 4; pixel++)
    for (let c = 0; c < 3; c++)
      rgb[3 * pixel + c] = Math.round(((255 - cmyk[4 * pixel + c]) * (255 - cmyk[4 * pixel + 3])) / 255);
  return rgb;
}
