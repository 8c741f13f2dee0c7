// --scaling: our speed over batch, image size and threads, written as a chart and a table into docs/.
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { flopsOf } from "./cases.ts";
import { chart, type Panel } from "./chart.ts";
import { type TimeEngine, timeEngine } from "./engine.ts";
import { grouped, smallest } from "./numbers.ts";
import { print } from "./report.ts";
import { type Mode, type Workload, workloads } from "./workload.ts";

/** What is varied. */
type Axis = "batch" | "image" | "threads";

interface Point {
  readonly axis: Axis;
  readonly workload: string;
  readonly mode: Mode;
  readonly batch: number;
  /** Height and width of the images. */
  readonly side: number;
  readonly threads: number;
}

export interface Measured extends Point {
  readonly minMs: number;
  readonly imagesPerSecond: number;
  readonly gflops: number;
}

/** How often every point is timed. */
const ROUNDS = 3;
const batches = [1, 4, 16, 64, 256];
const sides = [16, 28, 48, 80, 128];

function points(): Point[] {
  const most = Math.max(2, availableParallelism());
  const counts = Array.from({ length: most }, (_, k) => k + 1);
  const side = (workload: string) => workloads[workload].input[0];
  const names = Object.keys(workloads);
  return [
    ...names.flatMap((workload) =>
      [1, 2].flatMap((threads) =>
        batches.map((batch) => point("batch", workload, "train", batch, side(workload), threads)),
      ),
    ),
    ...[1, 2].flatMap((threads) => sides.map((size) => point("image", "W1", "train", 16, size, threads))),
    ...names.flatMap((workload) =>
      (["train", "infer"] as const).flatMap((mode) =>
        counts.map((threads) => point("threads", workload, mode, 64, side(workload), threads)),
      ),
    ),
  ];
}

function point(axis: Axis, workload: string, mode: Mode, batch: number, side: number, threads: number): Point {
  return { axis, workload, mode, batch, side, threads };
}

export interface ScalingSettings {
  readonly exact: boolean;
  /** Milliseconds a point. */
  readonly budget: number;
  readonly json: boolean;
}

export async function scaling(settings: ScalingSettings, time: TimeEngine = timeEngine): Promise<void> {
  const all = points();
  const times = all.map((): number[] => []);
  // Round after round, so that a moment in which the machine is slow meets every point and decides none.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [k, each] of all.entries()) times[k].push(await measure(each, settings, time));
  }
  const found = all.map((each, k) => measuredAs(each, smallest(times[k])));
  for (const measured of found) {
    const { minMs, imagesPerSecond, gflops, ...each } = measured;
    if (settings.json) print(JSON.stringify(measured));
    else
      print(
        `${Object.values(each).join(" ")}: ${minMs.toPrecision(3)} ms, ${Math.round(imagesPerSecond)} images/s, ${gflops.toFixed(1)} GFLOP/s`,
      );
  }
  const path = (name: string) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
  writeFileSync(path("bench-scaling.svg"), chart(panels(found)));
  writeFileSync(path("bench-scaling.md"), page(found));
}

function sized({ workload, side }: Point): Workload {
  return { ...workloads[workload], input: [side, side, workloads[workload].input[2]] };
}

/** Milliseconds of the shortest step. */
async function measure(each: Point, { exact, budget }: ScalingSettings, time: TimeEngine): Promise<number> {
  const { mode, batch, threads } = each;
  return smallest((await time({ threads, exact }, sized(each), mode, batch, budget / ROUNDS)).samples);
}

function measuredAs(each: Point, minMs: number): Measured {
  const imagesPerSecond = (1000 * each.batch) / minMs;
  return { ...each, minMs, imagesPerSecond, gflops: (flopsOf(sized(each), each.mode) * imagesPerSecond) / 1e9 };
}

const threadsOf = (threads: number) => `${threads} thread${threads === 1 ? "" : "s"}`;

export function panels(found: readonly Measured[]): Panel[] {
  const on = (axis: Axis) => found.filter((each) => each.axis === axis);
  const series = (axis: Axis, name: (each: Measured) => string, x: keyof Measured, y: (each: Measured) => number) =>
    [...grouped(on(axis), name)].map(([label, own]) => ({
      name: label,
      points: own.map((each) => [each[x] as number, y(each)] as const),
    }));
  const alone = ({ workload, mode }: Measured) =>
    on("threads").find((each) => each.workload === workload && each.mode === mode && each.threads === 1) as Measured;
  const ideal = [...new Set(on("threads").map(({ threads }) => threads))].map((n) => [n, n] as const);
  return [
    {
      title: "Training over the batch",
      x: "images a batch",
      y: "images a second",
      logarithmic: "both",
      series: series(
        "batch",
        ({ workload, threads }) => `${workload}, ${threadsOf(threads)}`,
        "batch",
        (each) => each.imagesPerSecond,
      ),
    },
    {
      title: "Training over the image (W1, batch 16)",
      x: "height and width",
      y: "GFLOP/s",
      logarithmic: "x",
      series: series(
        "image",
        ({ threads }) => threadsOf(threads),
        "side",
        (each) => each.gflops,
      ),
    },
    {
      title: "More threads (batch 64)",
      x: "threads",
      y: "times the speed of one",
      logarithmic: "none",
      series: [
        ...series(
          "threads",
          ({ workload, mode }) => `${workload} ${mode}`,
          "threads",
          (each) => alone(each).minMs / each.minMs,
        ),
        { name: "ideal", points: ideal, ideal: true },
      ],
    },
  ];
}

/** The figures behind the chart. */
export function page(found: readonly Measured[]): string {
  const rows = found.map(({ axis, workload, mode, batch, side, threads, minMs, imagesPerSecond, gflops }) => [
    axis,
    workload,
    mode,
    batch,
    `${side}×${side}`,
    threads,
    minMs.toPrecision(3),
    imagesPerSecond.toFixed(0),
    gflops.toFixed(1),
  ]);
  const machine = `${availableParallelism()} threads of ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
  return `# Speed over batch, image size and threads

Written by \`npm run bench -- --scaling\` on ${machine}. Times are minima; what they mean says [bench.md](bench.md).

![Images a second over the batch, GFLOP/s over the image's side, speed over threads](bench-scaling.svg)

| over | workload | mode | batch | image | threads | ms | images/s | GFLOP/s |
|---|---|---|---|---|---|---|---|---|
${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
}
