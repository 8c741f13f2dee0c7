// Lines of the bench: objects for programs, one a line on standard output, or words for people; remarks go to standard error.
import { type Case, flopsOf } from "./cases.ts";
import { median, smallest } from "./numbers.ts";
import type { OwnResult, PeerResult } from "./race.ts";
import { workloads } from "./workload.ts";

export const print = (line: string) => process.stdout.write(`${line}\n`);
export const remark = (line: string) => process.stderr.write(`bench: ${line}\n`);

/** A line of ours, as `--json` prints it. */
export function ownRow({ workload, mode, batch }: Case, { asked, backend, samples, peakBytes, check }: OwnResult) {
  const [minMs, medianMs] = [smallest(samples), median(samples)];
  const imagesPerSecond = (1000 * batch) / medianMs;
  const gflops = (flopsOf(workloads[workload], mode) * imagesPerSecond) / 1e9;
  return { workload, mode, batch, threads: asked, backend, minMs, medianMs, imagesPerSecond, gflops, peakBytes, check };
}

/** A line of a peer, as `--json` prints it; below 1 we are faster. */
export function peerRow({ workload, mode, batch }: Case, { threads, peer, oursMinMs, peerMinMs }: PeerResult) {
  return { workload, mode, batch, threads, peer, oursMinMs, peerMinMs, ratio: oursMinMs / peerMinMs };
}

export function reportCase(one: Case, own: readonly OwnResult[], peers: readonly PeerResult[], json: boolean): void {
  for (const result of own) {
    const { asked, threads, instructionSet } = result;
    const row = ownRow(one, result);
    if (threads !== asked) remark(`${name(row)}: ${asked} threads were asked for, ${threads} ran`);
    print(json ? JSON.stringify(row) : ownLine(row, instructionSet));
    for (const each of peers.filter((peer) => peer.threads === asked)) {
      const against = peerRow(one, each);
      print(json ? JSON.stringify(against) : peerLine(against));
    }
  }
}

const name = ({ workload, mode, batch }: { workload: string; mode: string; batch: number }) =>
  `${workload} ${mode} ${batch}`;
const counted = (threads: number) => `${threads} thread${threads === 1 ? "" : "s"}`;
/** Milliseconds with three digits that count. */
const ms = (value: number) => `${value < 100 ? value.toPrecision(3) : value.toFixed(0)} ms`;

function ownLine(row: ReturnType<typeof ownRow>, instructionSet: string): string {
  const { threads, backend, minMs, medianMs, imagesPerSecond, gflops, peakBytes } = row;
  const memory = Number.isNaN(peakBytes) ? "" : `, ${(peakBytes / 1e6).toFixed(1)} MB`;
  const speed = `${imagesPerSecond.toFixed(0)} images/s, ${gflops.toFixed(1)} GFLOP/s`;
  return `${name(row)}, ${counted(threads)}, ${backend} (${instructionSet}): min ${ms(minMs)}, median ${ms(medianMs)}, ${speed}${memory}`;
}

function peerLine({ threads, peer, peerMinMs, ratio }: ReturnType<typeof peerRow>): string {
  return `  against ${peer} with up to ${counted(threads)}: ${ms(peerMinMs)}, ratio ${ratio.toFixed(2)}`;
}
