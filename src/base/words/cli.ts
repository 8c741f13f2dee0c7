// Words for errors of the command line.
import { type Fail, failing } from "../errors.ts";

const words = {
  "cli.option": (f: { option: string; expected: string; received: string }) => ({
    where: `option ${f.option}`,
    expected: f.expected,
    received: f.received === "" ? "nothing" : f.received,
    hint: "See --help for the options.",
  }),
  "cli.usage": (f: { command: string; received: string }) => ({
    where: "command line",
    expected: "a command and options as --help lists them",
    received: f.received,
    hint: `Try: ${f.command} --help`,
  }),
  "cli.net": (f: { where: string; received: string; presets: string }) => ({
    where: f.where,
    expected: `${f.presets}, a .json file with a graph, or a module (.ts, .js, .mjs) whose default export is a model or a graph`,
    received: f.received,
    hint: "See docs/graph.schema.json for the form of a graph.",
  }),
  "cli.input": (f: { received: string }) => ({
    where: "option --input",
    expected: "a picture file, or SOURCE#INDEX such as digits#3 or my-folder/train#12",
    received: f.received,
    hint: "INDEX counts from 0 in the test split; SOURCE/train#INDEX counts in the training split.",
  }),
  "cli.index": (f: { received: string; count: number }) => ({
    where: "option --input",
    expected: `an index 0…${f.count - 1}`,
    received: f.received,
    hint: "INDEX counts from 0 in the split.",
  }),
  "cli.label": (f: { received: string; classes: readonly string[] }) => ({
    where: "option --label",
    expected: `a class (${f.classes.join(", ")}) or its position 0…${f.classes.length - 1}`,
    received: f.received,
    hint: "Name one of the model's classes.",
  }),
  "cli.labelMissing": (_: object) => ({
    where: "option --label",
    expected: "the true class of the picture",
    received: "nothing",
    hint: "Add --label CLASS, or take the picture from a data set with --input SOURCE#INDEX.",
  }),
  "cli.example": (f: { received: string; known: readonly string[] }) => ({
    where: "example",
    expected: `one of the operations ${f.known.join(", ")}`,
    received: f.received,
    hint: "Try: cutaway example conv2d",
  }),
  "cli.page": (f: { folder: string }) => ({
    where: f.folder,
    expected: "the built page of the studio",
    received: "nothing there",
    hint: "In a checkout, build it with: npm run build",
  }),
  "cli.port": (f: { port: number; why: string }) => ({
    where: "option --port",
    expected: "a port that is free",
    received: `${f.port}, which is ${f.why}`,
    hint: "Name another with --port, or let --port 0 take any that is free.",
  }),
  "cli.exists": (f: { where: string }) => ({
    where: f.where,
    expected: "a name that no file has yet",
    received: "a file that is there",
    hint: "Choose another name, or replace the file with --force.",
  }),
  "cli.split": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "a source that has this part",
    received: f.received,
    hint: "A folder that has only test files has no training part: use --split test.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
