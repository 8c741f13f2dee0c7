// npm run bench: times training and inference of the workloads; --against torch races PyTorch in turn with ours, in one run.
// --json: one object a line. --only W1:train:32 selects cases, separated by commas. Times are single steps; quote ratios, not times.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type BackendFacts, backendFacts } from "../src/graph/backend.ts";
import { type Timing, timeOurs } from "./ours.ts";
import { type Mode, makeModel, workloads } from "./workload.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    against: { type: "string" },
    exact: { type: "boolean", default: false },
    budget: { type: "string", default: "400" },
    rounds: { type: "string", default: "5" },
  },
});

const python = "/usr/bin/python3";
const torchPeer = fileURLToPath(new URL("peers/torch_peer.py", import.meta.url));
/** Threads of the peer: ours has one, and the machine as many as it has. */
const peerThreads = ["1", "2"];

interface Case {
  readonly name: string;
  readonly mode: Mode;
  readonly batch: number;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const smallest = (numbers: readonly number[]) => numbers.reduce((least, n) => Math.min(least, n));
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Floating-point operations of one step of one sample: training counts the gradients of weights and of all inputs but the image. */
function flopsOf(name: string, mode: Mode): number {
  const layers = makeModel(workloads[name])
    .summary()
    .layers.map(({ flops }) => flops)
    .filter((flops) => flops > 0);
  const forward = layers.reduce((sum, flops) => sum + flops, 0);
  return mode === "train" ? 3 * forward - layers[0] : forward;
}

function casesAsked(): Case[] {
  const all = Object.entries(workloads).flatMap(([name, { cases }]) =>
    cases.map(([mode, batch]) => ({ name, mode, batch })),
  );
  const asked = values.only?.split(",");
  return asked ? all.filter(({ name, mode, batch }) => asked.includes(`${name}:${mode}:${batch}`)) : all;
}

function timeTorch({ name, mode, batch }: Case, threads: string, layout: string): Timing {
  const args = [torchPeer, name, mode, String(batch), threads, layout, values.budget];
  return JSON.parse(execFileSync(python, args, { encoding: "utf8", maxBuffer: 1 << 26 }));
}

function checkAgreement(ours: readonly number[], theirs: readonly number[], where: string): void {
  const agrees = ours.every((value, k) => Math.abs(value - theirs[k]) <= 1e-3 * Math.abs(theirs[k]));
  if (!agrees)
    throw new Error(`${where}: the peer computed something else: ours ${ours.join(", ")}, theirs ${theirs.join(", ")}`);
}

/** Rounds of ours and of every way of the peer in turn; the smallest time of each over all rounds counts. */
async function race(facts: BackendFacts, one: Case): Promise<void> {
  const { name, mode, batch } = one;
  const budget = Number(values.budget);
  const ways =
    values.against === "torch"
      ? peerThreads.flatMap((threads) => ["nchw", "nhwc"].map((layout) => ({ threads, layout })))
      : [];
  const ours: number[] = [];
  const theirs = ways.map((): number[] => []);
  let check: number[] = [];
  for (let round = 0; round < (ways.length > 0 ? Number(values.rounds) : 1); round++) {
    const timing = await timeOurs(facts, workloads[name], mode, batch, budget);
    for (const sample of timing.samples) ours.push(sample);
    check = timing.check;
    for (const [k, { threads, layout }] of ways.entries()) {
      const found = timeTorch(one, threads, layout);
      checkAgreement(check, found.check, `${name} ${mode} ${batch}`);
      for (const sample of found.samples) theirs[k].push(sample);
    }
  }
  report(facts, one, ours, check);
  for (const threads of ways.length > 0 ? peerThreads : []) {
    const mine = theirs.filter((_, k) => Number(ways[k].threads) <= Number(threads));
    reportRatio(one, threads, smallest(ours), smallest(mine.map(smallest)));
  }
}

function report(
  { backend, instructionSet }: BackendFacts,
  { name, mode, batch }: Case,
  samples: readonly number[],
  check: number[],
): void {
  const [minMs, medianMs] = [smallest(samples), median(samples)];
  const row = {
    workload: name,
    mode,
    batch,
    threads: 1,
    backend,
    instructionSet,
    minMs,
    medianMs,
    imagesPerSecond: (1000 * batch) / medianMs,
    gflops: (flopsOf(name, mode) * batch) / medianMs / 1e6,
    check,
  };
  if (values.json) print(JSON.stringify(row));
  else
    print(
      `${name} ${mode} ${batch}: min ${minMs.toFixed(3)} ms, median ${medianMs.toFixed(3)} ms, ${row.gflops.toFixed(1)} GFLOP/s`,
    );
}

function reportRatio({ name, mode, batch }: Case, peerThreadCount: string, oursMinMs: number, peerMinMs: number): void {
  const threads = Number(peerThreadCount);
  const ratio = oursMinMs / peerMinMs;
  const row = {
    workload: name,
    mode,
    batch,
    threads: 1,
    peer: "torch",
    peerThreads: threads,
    oursMinMs,
    peerMinMs,
    ratio,
  };
  if (values.json) print(JSON.stringify(row));
  else print(`  against torch with up to ${threads} threads: ${peerMinMs.toFixed(3)} ms, ratio ${ratio.toFixed(2)}`);
}

const facts = await backendFacts(values.exact ? { name: "wasm", exact: true } : "auto");
for (const one of casesAsked()) await race(facts, one);
