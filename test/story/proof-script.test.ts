// Proofs in Python against PyTorch: random networks over all operations, the lesson's network, a trained preset on twenty pictures; and what they refuse.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { sampleImage } from "../../src/data/dataset.ts";
import { digits } from "../../src/data/digits/digits.ts";
import type { Backend } from "../../src/graph/backend.ts";
import { saveModel } from "../../src/io/model-file.ts";
import type { Model } from "../../src/nn/model.ts";
import { lesson } from "../../src/nn/presets/lesson.ts";
import type { Pixels } from "../../src/nn/trainer.ts";
import { operations } from "../../src/ops/index.ts";
import { lesson6, lesson6Image, lesson6Label } from "../../src/story/lesson6.ts";
import { proofScript } from "../../src/story/proof/script.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { fit } from "../../src/train/fit.ts";
import { linearDecay, sgd } from "../../src/train/sgd.ts";
import { hasTorch, missing } from "../data.ts";
import { randomNetwork } from "./networks.ts";
import { type Finished, runPython } from "./python.ts";

const skipped = missing(hasTorch(), "proofs against PyTorch", "Debian's python3-torch is not installed");
const folder = mkdtempSync(join(tmpdir(), "cutaway-proof-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Setting {
  readonly model: Model;
  readonly input: Pixels;
  readonly label: number;
  readonly backend?: Backend;
}

/** Writes a model and its proof; gives the proof's path. */
async function write(name: string, { model, ...request }: Setting, change = (text: string) => text): Promise<string> {
  const bytes = saveModel(model);
  writeFileSync(join(folder, `${name}.safetensors`), bytes);
  const file = { path: `${name}.safetensors`, sha256: createHash("sha256").update(bytes).digest("hex") };
  writeFileSync(join(folder, `${name}.py`), change(await proofScript(model, { ...request, file })));
  return join(folder, `${name}.py`);
}

const tiny = (): Setting => ({ model: lesson6() as unknown as Model, input: lesson6Image, label: lesson6Label });

/** What the lines of a proof state of each tensor. */
function distances({ stdout }: Finished) {
  const lines = stdout.matchAll(/^(\S+): worst distance (\S+), largest number (\S+), allowed (\S+)$/gm);
  return [...lines].map(([, name, ...numbers]) => {
    const [worst, largest, allowed] = numbers.map(Number);
    return { name, worst, largest, allowed };
  });
}

describe.skipIf(skipped)("random networks over all operations", () => {
  const wasm = (exact: boolean): Backend => ({ name: "wasm", exact });
  const kinds = ["reference", wasm(false), wasm(true)] as const;
  const cases = Array.from({ length: 36 }, (_, seed) => {
    const backend = kinds[seed % 3];
    return { ...randomNetwork(seed, backend === "reference" ? "f64" : "f32"), backend };
  });

  test("logits, loss and every gradient, in float64 and float32", async () => {
    const used = new Set(cases.flatMap(({ model }) => model.network.nodes.map(({ op }) => op)));
    expect([...used].sort()).toEqual(Object.keys(operations).sort());
    const jobs = [];
    for (const [seed, each] of cases.entries()) jobs.push([await write(`random${seed}`, each)]);
    for (const [seed, done] of runPython(jobs).entries()) {
      expect(done, `network ${seed}`).toMatchObject({ code: 0, stderr: "" });
      expect(done.stdout).toMatch(/^proved: .* gradients agree;/m);
      expect(done.stdout).toContain(seed % 3 === 0 ? "float64" : "float32");
      const gradients = ["input", ...cases[seed].model.parameters.keys()].map((name) => `grad:${name}`).sort();
      expect(
        distances(done)
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...gradients, "logits", "loss", "probs"]);
      for (const { worst, allowed } of distances(done)) expect(worst).toBeLessThanOrEqual(allowed);
    }
  });
});

describe.skipIf(skipped)("the trained preset", () => {
  test("20 pictures: logits, loss and every gradient within 1e-4 in float32", async () => {
    const model = lesson() as unknown as Model;
    const optimizer = sgd({ learningRate: linearDecay(0.05), momentum: 0.9 });
    await fit(model, digits({ count: 10_000 }), { optimizer, batchSize: 32, epochs: 4, seed: 1, backend: wasm1 });
    const tests = digits({ split: "test", count: 200 });
    expect((await evaluate(model, tests)).accuracy).toBeGreaterThan(0.85);
    expect(model.dtype).toBe("f32");
    const jobs = [];
    for (let k = 0; k < 20; k++)
      jobs.push([await write(`digit${k}`, { model, input: sampleImage(tests, k), label: tests.labels[k] })]);
    let unsure = 0;
    const floored: { readonly share: number; readonly loss: number }[] = [];
    for (const done of runPython(jobs)) {
      expect(done).toMatchObject({ code: 0, stderr: "" });
      expect(done.stdout).toContain("float32: allowed is 0.0001 of a tensor's largest number");
      expect(done.stdout).toContain("proved: 10 logits, 10 probabilities, the loss and 6042 gradients agree");
      const loss = distances(done).find(({ name }) => name === "loss");
      const share = Math.max(...distances(done).map(({ worst, largest }) => (worst === 0 ? 0 : worst / largest)));
      if (share > 1e-4) floored.push({ share, loss: loss?.largest ?? Number.NaN });
      if (loss === undefined || loss.largest < 1e-3) continue;
      // Where the softmax is not so sure that p − 1 loses its digits, no floor is needed.
      unsure++;
      for (const { worst, largest } of distances(done)) expect(worst).toBeLessThanOrEqual(1e-4 * largest);
    }
    expect(unsure).toBeGreaterThanOrEqual(15);
    const most = Math.max(0, ...floored.map(({ share }) => share)).toExponential(1);
    const losses = Math.max(0, ...floored.map(({ loss }) => loss)).toExponential(1);
    process.stdout.write(
      `the trained preset against PyTorch: ${floored.length} of 20 pictures need the floor, up to ${most} of a tensor's largest number; their losses are at most ${losses}\n`,
    );
  });
});

const wasm1: Backend = { name: "wasm", exact: false, threads: 1 };

/** The bytes of a safetensors file with one stored number changed. */
function tampered(name: string, tensor: string, cell: number, by: (value: number) => number): Uint8Array {
  const bytes = Uint8Array.from(readFileSync(join(folder, `${name}.safetensors`)));
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const at = 8 + length + header[tensor].data_offsets[0] + 8 * cell;
  view.setFloat64(at, by(view.getFloat64(at, true)), true);
  return bytes;
}

describe.skipIf(skipped)("a proof that must fail, and one that must not", () => {
  test("changed weights, numbers, choices, files", async () => {
    const script = await write("tiny", tiny());
    const place = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const weight = place(
      "weight.st",
      tampered("tiny", "dense1.weight", 1, (w) => w + 1e-6),
    );
    const renamed = lesson6() as unknown as Model;
    renamed.classes = ["a", "b", "c"];
    const names = place("names.st", saveModel(renamed));
    const other = place("other.st", saveModel(randomNetwork(1, "f64").model));
    const cut = place("cut.st", saveModel(renamed).subarray(0, 900));
    const digit = (text: string, key: string) => text.replace(new RegExp(`("${key}": unpack\\("""[^"]{6})(.)`), swap);
    const gradient = await write("gradient", tiny(), (text) => digit(text, "grad:conv1.kernel"));
    const gates = await write("gates", tiny(), (text) => closed(text));
    const [proved, weightRun, namesRun, otherRun, cutRun, missingRun, gradientRun, gatesRun] = runPython([
      [script],
      [script, weight],
      [script, names],
      [script, other],
      [script, cut],
      [script, join(folder, "nothing.st")],
      [gradient],
      [gates],
    ]);
    expect(proved).toMatchObject({ code: 0, stderr: "" });
    expect(proved.stdout).toContain("float64: allowed is 1e-10 of a tensor's largest number");
    expect(proved.stdout).toContain("proved: 3 logits, 3 probabilities, the loss and 102 gradients agree");

    expect(weightRun.code).toBe(1);
    expect(weightRun.stdout).toContain("is not the file that was exported: its sha256 differs");
    expect(weightRun.stdout).toMatch(/^logits: .*DIFFERS$/m);
    expect(weightRun.stderr).toMatch(/^proof: not proved: more than rounding lies .* in logits, probs, loss, /);

    expect(namesRun).toMatchObject({ code: 0, stderr: "" });
    expect(namesRun.stdout).toContain("its sha256 differs");

    expect(otherRun).toMatchObject({ code: 1, stdout: "" });
    expect(otherRun.stderr).toContain("holds another network than the one that was exported");
    for (const run of [cutRun, missingRun]) {
      expect(run).toMatchObject({ code: 1, stdout: "" });
      expect(run.stderr).toMatch(
        /^proof: .*(cut|nothing)\.st could not be read as a model file .*python3 proof\.py MODEL\n$/,
      );
    }
    expect(gradientRun.code).toBe(1);
    expect(gradientRun.stderr).toMatch(/ in grad:conv1\.kernel\.\n$/);
    expect(gatesRun.code).toBe(1);
    expect(gatesRun.stdout).toMatch(/^relu1: \d+ of 48 choices are a tie but for rounding .*DIFFERS$/m);
  });
});

/** All gates shut. */
function closed(text: string): string {
  return text.replace(
    /("relu1": unpack\(""")([^"]*)/,
    (_, before: string, gates: string) => before + "A".repeat(gates.length),
  );
}

/** Another digit of base64. */
function swap(_whole: string, before: string, letter: string): string {
  return before + (letter === "Q" ? "w" : "Q");
}
