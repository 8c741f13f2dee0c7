// Stories through pdflatex: the documents compile, with a stock TeX Live's packages, and no line runs over the margin.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { sampleImage } from "../../src/data/dataset.ts";
import { digits } from "../../src/digits.ts";
import { lesson } from "../../src/index.ts";
import type { Model } from "../../src/nn/model.ts";
import { storyToLatex } from "../../src/story/document/latex.ts";
import { type StoryRequest, tellStory } from "../../src/story/document/tell.ts";
import { lesson6, lesson6Image } from "../../src/story/lesson6.ts";
import { missing } from "../data.ts";
import { fit } from "../reference.ts";
import { randomNetwork } from "./networks.ts";

const folder = mkdtempSync(join(tmpdir(), "cutaway-latex-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hasLatex(): boolean {
  try {
    execFileSync("pdflatex", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

interface Typeset {
  readonly pages: number;
  /** What TeX says of lines and boxes that are too large, by more than 5 points. */
  readonly overfull: readonly string[];
  /** Whether all letters are outlines: pixel fonts look poor and take minutes to make. */
  readonly outlines: boolean;
}

/** Typesets once; throws with the end of the log where pdflatex stops. */
function typeset(source: string): Typeset {
  writeFileSync(join(folder, "story.tex"), source);
  try {
    execFileSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "story.tex"], {
      cwd: folder,
      stdio: "pipe",
      env: { ...process.env, max_print_line: "1000" },
    });
  } catch {
    throw new Error(readLog().slice(-1500));
  }
  const log = readLog();
  const large = [...log.matchAll(/Overfull \\[hv]box \(([\d.]+)pt.*/g)].filter(([, points]) => Number(points) > 5);
  return {
    pages: Number(/Output written on story\.pdf \((\d+) page/.exec(log)?.[1]),
    overfull: large.map(([line]) => line),
    outlines: !/\.\d*pk\b/.test(log),
  };
}

const readLog = () => readFileSync(join(folder, "story.log"), "latin1");

async function pdfOf(model: Model, request: StoryRequest): Promise<Typeset> {
  return typeset(storyToLatex(await tellStory(model, { proof: { numbers: 20 }, ...request })));
}

const because = "pdflatex is not installed (scripts/ci-setup.sh installs it)";
describe.skipIf(missing(hasLatex(), "stories through LaTeX", because))("pdflatex", () => {
  test("the lesson's 6×6 network", async () => {
    const { pages, overfull, outlines } = await pdfOf(lesson6(), { input: lesson6Image, label: 0 });
    expect({ overfull, outlines }).toEqual({ overfull: [], outlines: true });
    expect(pages).toBeGreaterThan(3);
    expect(pages).toBeLessThan(12);
  });

  test("the preset lesson, trained shortly", async () => {
    const train = digits({ count: 320, seed: 1 });
    const model = lesson();
    await fit(model, train, { epochs: 1, batchSize: 32, seed: 1 });
    const { pages, overfull } = await pdfOf(model, { input: sampleImage(train, 3), label: train.labels[3] });
    expect(overfull).toEqual([]);
    expect(pages).toBeLessThan(20);
  });

  test.each([0, 1, 3, 5])("a random network, %i", async (seed) => {
    const { model, input, label } = randomNetwork(seed, "f64");
    expect((await pdfOf(model, { input, label })).overfull).toEqual([]);
  });

  test("names and titles from anywhere", async () => {
    const model = lesson6();
    model.classes = ["$%&#_{}~^\\ \"'`<>|", "Größe, élève, 犬 --- 😀", `W${"i".repeat(90)}`];
    const title = `\\end{document} ${"x".repeat(300)} ∂η−…`;
    expect((await pdfOf(model, { input: lesson6Image, label: 0, title })).overfull).toEqual([]);
    expect((await pdfOf(model, { input: lesson6Image, label: 1 })).overfull).toEqual([]);
  });

  test("a broken document is noticed, and a line that runs over", () => {
    expect(() => typeset("\\documentclass{article}\\begin{document}\\nothing\\end{document}")).toThrow("Undefined");
    const wide = "\\documentclass{article}\\begin{document}\\hbox to \\hsize{\\vrule width 500pt}\\end{document}";
    expect(typeset(wide).overfull).toHaveLength(1);
  });
});
