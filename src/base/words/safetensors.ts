// Words for errors about safetensors files.
import { type Fail, failing } from "../errors.ts";
import { count, show } from "./phrases.ts";

const fetchAgain = "The file is cut short or damaged: fetch or write it again.";
const wrongHeader = "The header does not belong to this file: fetch or write it again.";
const tensor = (f: { where: string; name: string }) => `${f.where}, tensor ${show(f.name)}`;
const bytes = (n: number) => count(n, "byte", "bytes");

const words = {
  "safetensors.truncated": (f: { where: string; expected: number; received: number }) => ({
    where: f.where,
    expected: `a safetensors file of at least ${bytes(f.expected)}`,
    received: bytes(f.received),
    hint: fetchAgain,
  }),
  "safetensors.headerLength": (f: { where: string; limit: number; received: number }) => ({
    where: f.where,
    expected: `a safetensors header of at most ${bytes(f.limit)}`,
    received: bytes(f.received),
    hint: "This is no safetensors file: give the path of a model.",
  }),
  "safetensors.header": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "a header that is a JSON object in UTF-8",
    received: f.received,
    hint: "The file is damaged, or no safetensors file: fetch or write it again.",
  }),
  "safetensors.nesting": (f: { where: string; limit: number }) => ({
    where: f.where,
    expected: `a header of at most ${f.limit} brackets inside one another`,
    received: "more",
    hint: wrongHeader,
  }),
  "safetensors.duplicate": (f: { where: string; name: string }) => ({
    where: f.where,
    expected: "each name once",
    received: `${show(f.name)} twice`,
    hint: "Write the file again with different names.",
  }),
  "safetensors.name": (f: { where: string; name: string }) => ({
    where: f.where,
    expected: "a name that is not reserved",
    received: show(f.name),
    hint: "Choose another name.",
  }),
  "safetensors.metadata": (f: { where: string; received: unknown }) => ({
    where: `${f.where}, __metadata__`,
    expected: "an object of strings",
    received: show(f.received),
    hint: wrongHeader,
  }),
  "safetensors.entry": (f: { where: string; name: string; expected: string; received: unknown }) => ({
    where: tensor(f),
    expected: f.expected,
    received: show(f.received),
    hint: wrongHeader,
  }),
  "safetensors.dtype": (f: { where: string; name: string; known: readonly string[]; received: unknown }) => ({
    where: tensor(f),
    expected: `numbers of type ${f.known.join(", ")}`,
    received: show(f.received),
    hint: "Convert this tensor to F32, or leave it out of the file.",
  }),
  "safetensors.size": (f: {
    where: string;
    name: string;
    shape: readonly number[];
    dtype: string;
    received: number;
  }) => ({
    where: tensor(f),
    expected: `the bytes of ${f.dtype} numbers of shape ${show(f.shape)}`,
    received: bytes(f.received),
    hint: wrongHeader,
  }),
  "safetensors.overlap": (f: { where: string; name: string; other: string }) => ({
    where: tensor(f),
    expected: "bytes of its own",
    received: `bytes that belong to tensor ${show(f.other)} too`,
    hint: wrongHeader,
  }),
  "safetensors.hole": (f: { where: string; begin: number; end: number }) => ({
    where: f.where,
    expected: "every byte of the data in a tensor",
    received: `none that holds bytes ${f.begin} to ${f.end} of the data`,
    hint: wrongHeader,
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
