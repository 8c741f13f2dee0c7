// Words for errors about sources of data: IDX files, folders of pictures, picture files, gzip.
import { type Fail, failing } from "../errors.ts";
import { count, list } from "./phrases.ts";

const words = {
  "idx.magic": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "an IDX file, which begins with the bytes 00 00",
    received: f.received,
    hint: "Replace it by the original file.",
  }),
  "idx.type": (f: { where: string; received: number }) => ({
    where: f.where,
    expected: "an IDX element type: 08 (byte), 09, 0b, 0c, 0d or 0e",
    received: f.received.toString(16).padStart(2, "0"),
    hint: "Write the file with unsigned bytes (08).",
  }),
  "idx.dimensions": (f: { where: string; received: number }) => ({
    where: f.where,
    expected: "1 to 4 dimensions",
    received: String(f.received),
    hint: "Write images as N×H×W or N×H×W×C and labels as N.",
  }),
  "idx.truncated": (f: { where: string; shape: readonly number[]; expected: number; received: number }) => ({
    where: f.where,
    expected: f.shape.length ? `${f.expected} bytes (${f.shape.join(" × ")} and the header)` : "an IDX header",
    received: count(f.received, "byte", "bytes"),
    hint: "The file is cut short or its header is wrong: fetch it again.",
  }),
  "idx.trailing": (f: { where: string; shape: readonly number[]; expected: number; received: number }) => ({
    where: f.where,
    expected: `${f.expected} bytes (${f.shape.join(" × ")} and the header)`,
    received: count(f.received, "byte", "bytes"),
    hint: "The header does not belong to this content: fetch the file again.",
  }),
  "idx.role": (f: { where: string; role: "images" | "labels"; shape: readonly number[] }) => ({
    where: f.where,
    expected: f.role === "images" ? "images, 2 to 4 dimensions" : "labels, 1 dimension",
    received: `${count(f.shape.length, "dimension", "dimensions")} (${f.shape.join(" × ")})`,
    hint: "Are the images and the labels interchanged? Rename the files.",
  }),
  "idx.partner": (f: { where: string; role: "images" | "labels"; present: string }) => ({
    where: f.where,
    expected: `the ${f.role} that belong to ${f.present}`,
    received: "nothing",
    hint: `Add a file named like it with "${f.role}", idx${f.role === "labels" ? "1" : "3"} and -ubyte or -ubyte.gz in its name.`,
  }),
  "idx.twice": (f: { where: string; files: readonly string[] }) => ({
    where: f.where,
    expected: "one file of images and one of labels, for training and for testing",
    received: list(f.files),
    hint: "Keep one of them.",
  }),
  "source.nothing": (f: { where: string }) => ({
    where: f.where,
    expected: "a folder with data",
    received: "nothing there",
    hint: 'Correct the path, or use the source "digits".',
  }),
  "source.file": (f: { where: string }) => ({
    where: f.where,
    expected: "a folder with data",
    received: "a file",
    hint: "Give the folder that holds it.",
  }),
  "source.shapes": (f: { where: string; train: readonly number[]; test: readonly number[] }) => ({
    where: f.where,
    expected: "training and test pictures of one shape",
    received: `${f.train.join(" × ")} and ${f.test.join(" × ")}`,
    hint: "Bring both to one size.",
  }),
  "folder.empty": (f: { where: string; expected: string }) => ({
    where: f.where,
    expected: f.expected,
    received: "an empty folder",
    hint: "Add pictures or remove the folder.",
  }),
  "folder.large": (f: { where: string; pictures: number; shape: readonly number[]; limit: number }) => ({
    where: f.where,
    expected: `at most ${f.limit} bytes of pixels`,
    received: `${f.pictures} pictures of ${f.shape.join(" × ")}`,
    hint: "Give a smaller input shape, or make the first picture smaller: it sets the size of all.",
  }),
  "folder.oneClass": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "a folder a class, at least two",
    received: `only ${f.received}`,
    hint: "Add a folder with the pictures of a second class.",
  }),
  "folder.stray": (f: { where: string; expected: string; received: string }) => ({
    where: f.where,
    expected: f.expected,
    received: f.received,
    hint: "Use <folder>/<class>/<picture>, or that under train and test; move other files elsewhere.",
  }),
  "folder.class": (f: { where: string; known: readonly string[]; received: string }) => ({
    where: f.where,
    expected: `one of the training classes ${list(f.known)}`,
    received: f.received,
    hint: "Rename the folder or add training pictures of this class.",
  }),
  "folder.classNames": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "class names in UTF-8, one a line or separated by commas",
    received: f.received,
    hint: "Correct or remove the file.",
  }),
  "image.empty": (f: { where: string }) => ({
    where: f.where,
    expected: "a picture",
    received: "an empty file",
    hint: "Replace or remove the file.",
  }),
  "image.format": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "a PNG, JPEG or WebP file",
    received: f.received,
    hint: "Convert the picture, or remove the file.",
  }),
  "image.corrupt": (f: { where: string; format: string; received: string }) => ({
    where: f.where,
    expected: `a whole ${f.format} picture`,
    received: f.received,
    hint: "The file is damaged or cut short: replace or remove it.",
  }),
  "image.large": (f: { where: string; limit: number }) => ({
    where: f.where,
    expected: `at most ${f.limit} million pixels`,
    received: "more",
    hint: "Make the picture smaller.",
  }),
  "image.decoder": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "the package sharp, which reads picture files",
    received: f.received,
    hint: "Run: npm install sharp",
  }),
  "gzip.corrupt": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "a whole gzip file",
    received: f.received,
    hint: "The file is damaged or cut short: fetch it again.",
  }),
  "gzip.large": (f: { where: string; limit: number }) => ({
    where: f.where,
    expected: `at most ${f.limit} bytes once unpacked`,
    received: "more",
    hint: "Use a smaller set of pictures.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
