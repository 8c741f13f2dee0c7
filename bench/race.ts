// One case: rounds of ours and of every peer in turn, each from fresh weights and warmed up; the smallest time over all rounds counts.
import type { Case } from "./cases.ts";
import { type EngineTiming, type TimeEngine, timeEngine } from "./engine.ts";
import { smallest } from "./numbers.ts";
import { type Job, type Peer, PeerProcess } from "./peers.ts";
import { workloads } from "./workload.ts";

export interface RaceSettings {
  readonly exact: boolean;
  /** Milliseconds a round and side. */
  readonly budget: number;
  /** How often the sides take turns, where there are peers. */
  readonly rounds: number;
}

/** Ours with so many threads, over all rounds. */
export interface OwnResult extends EngineTiming {
  readonly asked: number;
}

export interface PeerResult {
  readonly peer: string;
  readonly threads: number;
  readonly oursMinMs: number;
  /** Of the fastest layout with up to so many threads. */
  readonly peerMinMs: number;
}

/** A peer in one of the ways it can run. */
interface Entrant {
  readonly peer: string;
  readonly threads: number;
  readonly layout: string;
  readonly process: PeerProcess;
  readonly samples: number[];
}

/** Times a case. Peers that do not offer its mode are left out. Throws where a peer computes something else. */
export async function race(
  one: Case,
  peers: readonly Peer[],
  settings: RaceSettings,
  time: TimeEngine = timeEngine,
): Promise<{ own: OwnResult[]; peers: PeerResult[] }> {
  const entrants = await enter(
    peers.filter(({ modes }) => modes.includes(one.mode)),
    Math.max(...one.threads),
  );
  const found: OwnResult[][] = one.threads.map(() => []);
  try {
    for (let round = 0; round < (entrants.length > 0 ? settings.rounds : 1); round++) {
      for (const [k, threads] of one.threads.entries()) found[k].push(await timeOwn(one, threads, settings, time));
      for (const entrant of entrants) await timeEntrant(entrant, one, settings, found[0][round].check);
    }
  } finally {
    for (const { process } of entrants) process.close();
  }
  const own = found.map((rounds) => ({ ...rounds[0], samples: rounds.flatMap(({ samples }) => samples) }));
  return { own, peers: own.flatMap((result) => compared(result, entrants)) };
}

/** Starts what is needed: a process for each peer and number of threads, shared by its layouts. */
async function enter(peers: readonly Peer[], mostThreads: number): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const peer of peers) {
    for (let threads = 1; threads <= Math.min(mostThreads, peer.mostThreads); threads++) {
      const process = await PeerProcess.start(peer, threads);
      for (const layout of peer.layouts) entrants.push({ peer: peer.name, threads, layout, process, samples: [] });
    }
  }
  return entrants;
}

async function timeOwn(
  { workload, mode, batch }: Case,
  threads: number,
  { exact, budget }: RaceSettings,
  time: TimeEngine,
): Promise<OwnResult> {
  return { ...(await time({ threads, exact }, workloads[workload], mode, batch, budget)), asked: threads };
}

async function timeEntrant(
  { peer, layout, process, samples }: Entrant,
  { workload, mode, batch }: Case,
  { budget }: RaceSettings,
  ours: readonly number[],
): Promise<void> {
  const job: Job = { workload, mode, batch, layout, budget };
  const timing = await process.time(job);
  if (!agree(ours, timing.check)) {
    const [mine, theirs] = [ours.join(", "), timing.check.join(", ")];
    throw new Error(`${workload}:${mode}:${batch}: ${peer} computes something else: ours ${mine}; theirs ${theirs}`);
  }
  for (const sample of timing.samples) samples.push(sample);
}

/** Within 10⁻³ of the peer's numbers. */
export function agree(ours: readonly number[], theirs: readonly number[]): boolean {
  const near = ours.every((value, k) => Math.abs(value - theirs[k]) <= 1e-3 * Math.abs(theirs[k]));
  return near && ours.length === theirs.length;
}

/** Ours against the fastest way of each peer with no more threads. */
function compared({ asked, samples }: OwnResult, entrants: readonly Entrant[]): PeerResult[] {
  return [...new Set(entrants.map(({ peer }) => peer))].map((peer) => {
    const ways = entrants.filter((entrant) => entrant.peer === peer && entrant.threads <= asked);
    const peerMinMs = smallest(ways.map((way) => smallest(way.samples)));
    return { peer, threads: asked, oursMinMs: smallest(samples), peerMinMs };
  });
}
