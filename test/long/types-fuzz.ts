// Random chains against the type system: sizes from plain arithmetic here, checked by TypeScript 7 and 6.
// Run: npx node test/long/types-fuzz.ts [chains = 300] [seed = 1]. Exit code 1 where a compiler disagrees.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type RandomStream, randomStream } from "../../src/base/random.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A layer as source text, and the shape it makes of its input; undefined: it cannot work. */
interface Step {
  readonly source: string;
  readonly out: readonly number[] | undefined;
}
type Sides = readonly [number, number];

/** 1 … most. */
const upTo = (random: RandomStream, most: number) => 1 + random.below(most);
const pairUpTo = (random: RandomStream, most: number): Sides => [upTo(random, most), upTo(random, most)];
const pick = <T>(random: RandomStream, ...choices: readonly T[]) => choices[random.below(choices.length)];
/** Small as often as large. */
const side = (random: RandomStream) => upTo(random, pick(random, 12, 40, 400, 4200));

/** How many windows stand along an axis; undefined: none. */
function windows(n: number, reach: number, stride: number, padding: "same" | Sides): number | undefined {
  if (padding === "same") return Math.ceil(n / stride);
  const room = n + padding[0] + padding[1] - reach;
  return room < 0 ? undefined : Math.floor(room / stride) + 1;
}

/** A padding as source text and, along both axes, as numbers. */
function randomPadding(random: RandomStream): { text: string; sides: readonly ["same" | Sides, "same" | Sides] } {
  const width = random.below(13);
  const rows: Sides = [random.below(10), random.below(10)];
  const columns: Sides = [random.below(10), random.below(10)];
  return pick<ReturnType<typeof randomPadding>>(
    random,
    {
      text: '"valid"',
      sides: [
        [0, 0],
        [0, 0],
      ],
    },
    { text: '"same"', sides: ["same", "same"] },
    {
      text: `${width}`,
      sides: [
        [width, width],
        [width, width],
      ],
    },
    { text: JSON.stringify([rows, columns]), sides: [rows, columns] },
  );
}

function randomConv2d(random: RandomStream, [h, w, c]: readonly number[]): Step {
  const filters = upTo(random, 500);
  const [kernel, strides, dilation] = [pairUpTo(random, 12), pairUpTo(random, 12), pairUpTo(random, 4)];
  const groups = pick(random, 1, 1, 1, 2, 3);
  const padding = randomPadding(random);
  const fits = c % groups === 0 && filters % groups === 0;
  const rows = windows(h, (kernel[0] - 1) * dilation[0] + 1, strides[0], padding.sides[0]);
  const columns = windows(w, (kernel[1] - 1) * dilation[1] + 1, strides[1], padding.sides[1]);
  return {
    source: `conv2d({ filters: ${filters}, kernelSize: [${kernel}], strides: [${strides}], padding: ${padding.text}, dilationRate: [${dilation}], groups: ${groups} })`,
    out: fits && rows && columns ? [rows, columns, filters] : undefined,
  };
}

function randomPool2d(random: RandomStream, [h, w, c]: readonly number[]): Step {
  const [pool, strides] = [pairUpTo(random, 5), pairUpTo(random, 4)];
  const padding = randomPadding(random);
  const rows = windows(h, pool[0], strides[0], padding.sides[0]);
  const columns = windows(w, pool[1], strides[1], padding.sides[1]);
  const name = pick(random, "maxPool2d", "avgPool2d");
  return {
    source: `${name}({ poolSize: [${pool}], strides: [${strides}], padding: ${padding.text} })`,
    out: rows && columns ? [rows, columns, c] : undefined,
  };
}

function randomDense(random: RandomStream, shape: readonly number[]): Step {
  const units = upTo(random, 1000);
  return { source: `dense({ units: ${units} })`, out: shape.length === 1 ? [units] : undefined };
}

function randomStep(random: RandomStream, shape: readonly number[]): Step {
  if (shape.length === 1 || random.below(20) === 0) return randomDense(random, shape);
  const kind = random.below(8);
  if (kind === 0) return { source: "flatten()", out: [shape.reduce((product, n) => product * n)] };
  return kind < 3 ? randomPool2d(random, shape) : randomConv2d(random, shape);
}

/** One chain of one to five layers: its exact type where it works, else the error expected at the first wrong layer. */
function randomChain(random: RandomStream): string {
  const input = [side(random), side(random), upTo(random, 64)];
  const lines: string[] = [];
  let shape: readonly number[] | undefined = input;
  for (let left = upTo(random, 5); left > 0 && shape; left--) {
    const step = randomStep(random, shape);
    if (!step.out) lines.push("// @ts-expect-error this layer cannot work");
    lines.push(`${step.source},`);
    shape = step.out;
  }
  const chain = `sequential([${input}],\n${lines.join("\n")}\n)`;
  return shape ? `is<Model<[${input}], [${shape}]>>()(${chain});` : `${chain};`;
}

function compile(compiler: string, folder: string): boolean {
  const tsc = join(root, "node_modules", compiler, "bin", "tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder, "--extendedDiagnostics"], {
    encoding: "utf8",
  });
  const errors = stdout.split("\n").filter((line) => line.includes("error TS"));
  const facts = stdout.match(/^(Instantiations|Memory used|Check time):.*$/gm)?.join(", ") ?? "";
  process.stdout.write([...errors, `${compiler}: ${errors.length} errors. ${facts}`, ""].join("\n"));
  return status === 0;
}

const [count = 300, seed = 1] = process.argv.slice(2).map(Number);
const random = randomStream(seed, "check");
const chains = Array.from({ length: count }, () => randomChain(random));
const folder = mkdtempSync(join(tmpdir(), "cutaway-types-"));
try {
  const types = relative(folder, join(root, "test", "types"));
  writeFileSync(
    join(folder, "fuzz.ts"),
    `import { avgPool2d, conv2d, dense, flatten, maxPool2d, type Model, sequential } from "${types}/api.ts";
import { is } from "${types}/equal.ts";
${chains.join("\n")}
`,
  );
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "test", "types", "tsconfig.json"),
      compilerOptions: { noUnusedLocals: false },
      files: ["fuzz.ts"],
    }),
  );
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const wrong = chains.filter((chain) => chain.includes("@ts-expect-error")).length;
  process.stdout.write(`${count} chains from seed ${seed}, ${wrong} of them wrong\n`);
  const agreed = ["typescript", "typescript6"].map((compiler) => compile(compiler, folder));
  process.exitCode = agreed.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
