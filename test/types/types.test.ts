// The shape types under the real compilers: right chains have exactly their types, wrong ones the expected sentence.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));

const tooLarge = "make it smaller or add padding";
const choose = "choose groups that divide both";

/** [the comment above the case in wrong/chains.ts, what the error points at, what it says]. */
const wrong: [name: string, place: string, sentence: string][] = [
  [
    "dense straight after conv2d",
    "dense({ units: 10 })",
    "dense needs a flat input, got [24, 24, 16]; put flatten() before it",
  ],
  [
    "dense straight on an image",
    "dense({ units: 10 })",
    "dense needs a flat input, got [28, 28, 1]; put flatten() before it",
  ],
  [
    "only the first wrong layer is reported",
    "maxPool2d({ poolSize: 30 })",
    `maxPool2d: the 30×30 window does not fit the 28×28 image; ${tooLarge}`,
  ],
  [
    "kernel larger than the image",
    "conv2d({ filters: 16, kernelSize: 29 })",
    `conv2d: the 29×29 kernel does not fit the 28×28 image; ${tooLarge}`,
  ],
  [
    "kernel larger than what is left of the image",
    "conv2d({ filters: 16, kernelSize: [3, 7] })",
    `conv2d: the 3×7 kernel does not fit the 4×6 image; ${tooLarge}`,
  ],
  [
    "dilated kernel larger than the image",
    "conv2d({ filters: 16, kernelSize: 15,",
    `conv2d: the 15×15 kernel dilated to 29×29 does not fit the 28×28 image; ${tooLarge}`,
  ],
  [
    "kernel larger than the padded image",
    "conv2d({",
    `conv2d: the 8×8 kernel does not fit the 5×5 image padded to 7×6; ${tooLarge}`,
  ],
  [
    "kernel larger than an image of unknown height",
    "conv2d({ filters: 16, kernelSize: 29 })",
    `conv2d: the 29×29 kernel does not fit the ?×28 image; ${tooLarge}`,
  ],
  [
    "conv2d after flatten",
    "conv2d({ filters: 16, kernelSize: 3 })",
    "conv2d needs an image [height, width, channels], got [784]; put it before flatten()",
  ],
  [
    "conv2d on an image without channels",
    "conv2d({ filters: 16, kernelSize: 3 })",
    "conv2d needs an image [height, width, channels], got [28, 28]; for grey pictures write [28, 28, 1]",
  ],
  [
    "conv2d on four sizes",
    "conv2d({ filters: 16, kernelSize: 3 })",
    "conv2d needs an image [height, width, channels], got [64, 28, 28, 1]; give it three sizes, without the batch",
  ],
  [
    "maxPool2d that does not fit",
    "maxPool2d({ poolSize: [3, 2] })",
    `maxPool2d: the 3×2 window does not fit the 2×2 image; ${tooLarge}`,
  ],
  [
    "avgPool2d after flatten",
    "avgPool2d({ poolSize: 2 })",
    "avgPool2d needs an image [height, width, channels], got [784]; put it before flatten()",
  ],
  [
    "groups that do not divide the channels",
    "conv2d({ filters: 6, kernelSize: 3, groups: 3 })",
    `conv2d: 3 groups do not divide 8 input channels and 6 filters; ${choose}`,
  ],
  [
    "groups that do not divide the filters",
    "conv2d({ filters: 8, kernelSize: 3, groups: 3 })",
    `conv2d: 3 groups do not divide 6 input channels and 8 filters; ${choose}`,
  ],
  ["strides of 0", "strides: 0", "strides must be whole and at least 1"],
  ["one stride of 0", "strides: [2, 0]", "strides must be whole and at least 1"],
  ["kernel of 0", "kernelSize: 0", "kernelSize must be whole and at least 1"],
  ["negative filters", "filters: -6", "filters must be whole and at least 1"],
  ["dilation rate that is not whole", "dilationRate: 1.5", "dilationRate must be whole and at least 1"],
  ["groups of 0", "groups: 0", "groups must be whole and at least 1"],
  ["no units", "units: 0", "units must be whole and at least 1"],
  ["misspelt option", "stride: 2", "Did you mean to write 'strides'?"],
  ["missing option", "{ filters: 6 }", "Property 'kernelSize' is missing"],
  [
    "unknown padding word",
    'padding: "full"',
    `Type '"full"' is not assignable to type '"same" | "valid" | number | readonly [readonly [number, number], readonly [number, number]]'`,
  ],
  ["a string for a layer", '"relu"', "Argument of type 'string' is not assignable to parameter of type 'AnyLayer'"],
  ["a layer that is not called", "relu)", "Layer<Unchanged>' is not assignable to parameter of type 'AnyLayer'"],
  [
    "add of unlike shapes",
    "conv2d({ filters: 8,",
    "add needs two inputs of one shape, got [32, 32, 3] and [32, 32, 8]; give both branches the same filters, strides and padding",
  ],
  [
    "dense on an image in a graph",
    "conv2d({ filters: 8, kernelSize: 3 })(x)",
    "dense needs a flat input, got [30, 30, 8]; put flatten() before it",
  ],
  ["one of two possible shapes is wrong", "mixed", "dense needs a flat input, got [9, 9, 2]; put flatten() before it"],
  ["the sentence of a rule of one's own", "double)", "double needs an image"],
  ["a model of another shape", "is<Model<[28, 28, 1], [11]>>", "Expected 3 arguments, but got 1"],
];

/** Runs a compiler on one of the projects here; paths in its errors are relative to this folder. */
function compile(compiler: string, ...project: string[]): string {
  const { stdout, stderr, error } = spawnSync(process.execPath, [`${modules}${compiler}/bin/tsc`, "-p", ...project], {
    cwd: here,
    encoding: "utf8",
  });
  if (error) throw error;
  return stdout + stderr;
}

/** The errors in files of this folder; what the library's own files hold is the business of the type check of the whole. */
const ownErrors = (output: string, file = "") =>
  output
    .split(/\n(?=\S)/)
    .filter((line) => line.includes("error TS") && line.startsWith(file) && !line.startsWith(".."));

/** The members of a union are printed in an order that differs between compilers. */
const sortUnions = (text: string) =>
  text.replace(/'([^']* \| [^']*)'/g, (_, union: string) => `'${union.split(" | ").sort().join(" | ")}'`);

/** The errors a compiler prints on wrong/chains.ts, each under the comment above its place. */
function readErrors(output: string): { name: string; place: string; message: string }[] {
  const lines = readFileSync(`${here}wrong/chains.ts`, "utf8").split("\n");
  return ownErrors(output, "wrong/chains.ts").map((error) => {
    const [, row, column, message] = /\((\d+),(\d+)\): error TS\d+: (.*)/s.exec(error) ?? [];
    const above = lines.slice(0, Number(row)).findLast((line) => line.startsWith("// "));
    return {
      name: above?.slice(3) ?? "",
      place: lines[Number(row) - 1].slice(Number(column) - 1),
      message: sortUnions(message),
    };
  });
}

const checkTime = (output: string) => Number(/Check time:\s*([\d.]+)s/.exec(output)?.[1]);

describe.each([
  ["TypeScript 7", "typescript"],
  ["TypeScript 6", "typescript6"],
])("%s", (version, compiler) => {
  test("right chains have exactly the expected types", () => {
    expect(ownErrors(compile(compiler, "."))).toEqual([]);
  });

  test("each wrong chain has one error, at the right place, that says what is wrong", () => {
    const errors = readErrors(compile(compiler, "wrong"));
    expect(errors.map((error) => error.name)).toEqual(wrong.map(([name]) => name));
    for (const [index, [name, place, sentence]] of wrong.entries()) {
      expect(errors[index].place.slice(0, place.length), name).toBe(place);
      expect(errors[index].message, name).toContain(sentence);
    }
  });

  test("60 layers add less than 2 s to the check, three times that on a busy machine", () => {
    const bare = compile(compiler, "tsconfig.import.json", "--extendedDiagnostics");
    const sixty = compile(compiler, "tsconfig.sixty.json", "--extendedDiagnostics");
    expect(ownErrors(sixty)).toEqual([]);
    const seconds = checkTime(sixty) - checkTime(bare);
    process.stderr.write(`${version}: 60 layers add ${seconds.toFixed(2)} s to a check of ${checkTime(bare)} s\n`);
    expect(seconds).toBeLessThan(3 * 2);
  });
});
