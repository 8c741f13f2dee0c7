// --first-step: how long a fresh process takes from its start to the end of its first training step, with the built package.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median, smallest } from "./numbers.ts";
import { print } from "./report.ts";

const PROCESSES = 9;
const child = fileURLToPath(new URL("first-step-child.mjs", import.meta.url));

/** The shortest of several processes counts; the first one, which finds no file in the system's cache, is started beforehand. */
export async function firstStep(json: boolean): Promise<void> {
  if (!existsSync(new URL("../dist/index.js", import.meta.url)))
    throw new Error("dist/ is missing. Run: npm run build");
  const workload = "W1";
  timeProcess(workload);
  const times = Array.from({ length: PROCESSES }, () => timeProcess(workload));
  const row = { workload, firstStepMs: smallest(times), medianMs: median(times) };
  if (json) print(JSON.stringify(row));
  else {
    const { firstStepMs, medianMs } = row;
    print(
      `${workload}, process start to the end of the first step: min ${firstStepMs.toFixed(0)} ms, median ${medianMs.toFixed(0)} ms`,
    );
  }
}

function timeProcess(workload: string): number {
  const start = process.hrtime.bigint();
  const answer = execFileSync(process.execPath, [child, workload], { encoding: "utf8" });
  const { end, batchLoss } = JSON.parse(answer) as { end: string; batchLoss: number };
  if (!Number.isFinite(batchLoss)) throw new Error(`the first step of ${workload} gives the loss ${batchLoss}`);
  return Number(BigInt(end) - start) / 1e6;
}
