// The loop of a peer that runs in Node: one job a line on standard input, one answer a line on standard output.
import { createInterface } from "node:readline";
import type { Job, PeerTiming } from "../peers.ts";

/** A network set up for one job, weights fresh. */
export interface Prepared {
  /** One step of training or one inference, its result awaited. */
  step(): unknown;
  /** The same; gives the loss before the step, or the sum of all |logits|. */
  check(): number | Promise<number>;
  release(): void | Promise<void>;
}

/** Milliseconds of warming up; the checks count. */
const WARM = 300;

async function time(prepared: Prepared, { mode, budget }: Job): Promise<PeerTiming> {
  const begin = performance.now();
  const losses: number[] = [];
  for (let k = 0; k < (mode === "train" ? 5 : 1); k++) losses.push(await prepared.check());
  do await prepared.step();
  while (performance.now() - begin < WARM);
  const samples: number[] = [];
  const start = performance.now();
  while (samples.length < 3 || performance.now() - start < budget) {
    const before = performance.now();
    await prepared.step();
    samples.push(performance.now() - before);
  }
  return { samples, check: mode === "train" ? [losses[0], losses[4]] : losses };
}

/** Says that it is ready, then answers jobs until standard input ends. */
export async function serve(prepare: (job: Job) => Prepared | Promise<Prepared>): Promise<void> {
  const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
  answer({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const job = JSON.parse(line) as Job;
    const prepared = await prepare(job);
    answer(await time(prepared, job));
    await prepared.release();
  }
}
