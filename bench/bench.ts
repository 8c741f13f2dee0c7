// npm run bench: times training and inference of the workloads, alone or in turn with peers; docs/bench.md tells what each line means.

import { cpus } from "node:os";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Case, casesOf } from "./cases.ts";
import { firstStep } from "./first-step.ts";
import { type Peer, peers } from "./peers.ts";
import { profile } from "./profile.ts";
import { race } from "./race.ts";
import { print, remark, reportCase } from "./report.ts";
import { scaling } from "./scaling.ts";

const usage = `npm run bench -- [options]
  --json                     one object a line
  --only W1:train:32:2,…     workload, mode, batch, threads, or less of it from the left
  --against torch,onnxruntime,tfjs   peers in turn with ours (npm run bench:setup installs them)
  --exact                    plain multiply-adds and direct convolution only
  --budget MS --rounds N     measuring time a round and side (400), rounds with peers (5)
  --first-step               process start to the end of the first training step
  --profile                  what each layer takes, and how far it is from the processor's ceiling
  --scaling                  over batch, image size and threads; writes docs/bench-scaling.svg and .md`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    against: { type: "string", default: "" },
    exact: { type: "boolean", default: false },
    budget: { type: "string", default: "400" },
    rounds: { type: "string", default: "5" },
    "first-step": { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    scaling: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const { json, exact } = values;

function positive(option: "budget" | "rounds"): number {
  const value = Number(values[option]);
  if (!(value > 0)) throw new Error(`--${option} ${values[option]}: expected a number above 0`);
  return value;
}

/** The peers asked for that are there; says in a line what is not, and how to get it. */
function peersAsked(): Peer[] {
  return values.against
    .split(",")
    .filter((name) => name !== "")
    .flatMap((name) => {
      const peer = peers.find((each) => each.name === name);
      if (!peer) throw new Error(`--against ${name}: expected some of ${peers.map((each) => each.name).join(",")}`);
      if (peer.installed()) return [peer];
      remark(`${name} is not installed; to get it: ${peer.get}`);
      return [];
    });
}

/** Says so where other programs take more than a tenth of the processor: times mean little then, those of two threads least. */
async function lookAround(): Promise<void> {
  const times = () =>
    cpus().reduce(
      ([idle, all], { times: t }) => [idle + t.idle, all + t.idle + t.user + t.sys + t.nice + t.irq],
      [0, 0],
    );
  const before = times();
  await setTimeout(300);
  const after = times();
  const busy = 1 - (after[0] - before[0]) / (after[1] - before[1]);
  if (busy > 0.1) remark(`the machine is busy (${Math.round(100 * busy)} % of the processor): figures mean little`);
}

async function raceAll(cases: readonly Case[]): Promise<void> {
  const settings = { exact, budget: positive("budget"), rounds: positive("rounds") };
  const entered = peersAsked();
  for (const { name } of entered.filter(({ modes }) => !modes.includes("train"))) {
    if (cases.some(({ mode }) => mode === "train")) remark(`${name} does not train: it takes part in inference only`);
  }
  await lookAround();
  for (const one of cases) {
    const { own, peers: theirs } = await race(one, entered, settings);
    reportCase(one, own, theirs, json);
  }
}

async function main(): Promise<void> {
  const cases = casesOf(values.only?.split(","));
  if (values.help) print(usage);
  else if (values["first-step"]) await lookAround().then(() => firstStep(json));
  else if (values.profile) await lookAround().then(() => profile(cases, exact, json));
  else if (values.scaling) await lookAround().then(() => scaling({ exact, budget: positive("budget"), json }));
  else await raceAll(cases);
}

try {
  await main();
} catch (error) {
  remark((error as Error).message);
  process.exitCode = 1;
}
