// The peers: what each can do, where it is, and a process of its own that times it on request.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Mode } from "./workload.ts";

/** Where `npm run bench:setup` puts packages and models. */
export const peersFolder = new URL(".peers/", import.meta.url);

export interface Peer {
  readonly name: string;
  /** The program and its arguments, up to the number of threads. */
  readonly command: readonly [program: string, script: string];
  readonly modes: readonly Mode[];
  /** How images may lie in memory, where that is open: the faster one counts. */
  readonly layouts: readonly string[];
  /** More threads than these change nothing. */
  readonly mostThreads: number;
  installed(): boolean;
  /** How to get it. */
  readonly get: string;
}

const script = (name: string) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));
const python = "/usr/bin/python3";
const hasPackages = (...names: string[]) =>
  names.every((name) => existsSync(new URL(`node_modules/${name}/package.json`, peersFolder)));

export const peers: readonly Peer[] = [
  {
    name: "torch",
    command: [python, script("torch_peer.py")],
    modes: ["train", "infer"],
    layouts: ["nchw", "nhwc"],
    mostThreads: Number.POSITIVE_INFINITY,
    installed: () => spawnSync(python, ["-c", "import torch"]).status === 0,
    get: "apt-get install python3-torch (Debian)",
  },
  {
    name: "onnxruntime",
    command: [process.execPath, script("onnxruntime.ts")],
    modes: ["infer"],
    layouts: ["nchw"],
    mostThreads: Number.POSITIVE_INFINITY,
    installed: () => hasPackages("onnxruntime-node") && existsSync(new URL("W1.onnx", peersFolder)),
    get: "npm run bench:setup",
  },
  {
    name: "tfjs",
    command: [process.execPath, script("tfjs.ts")],
    modes: ["train", "infer"],
    layouts: ["nhwc"],
    mostThreads: 1,
    installed: () => hasPackages("@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"),
    get: "npm run bench:setup",
  },
];

/** What a peer is asked to time. */
export interface Job {
  readonly workload: string;
  readonly mode: Mode;
  readonly batch: number;
  readonly layout: string;
  /** Milliseconds to measure for, after warming up. */
  readonly budget: number;
}

export interface PeerTiming {
  /** Milliseconds of each step. */
  readonly samples: readonly number[];
  /** Loss of the first and the fifth step; or the sum of all |logits|. */
  readonly check: readonly number[];
}

/** A peer's process with so many threads. It answers one line a job, and one line when it is ready. */
export class PeerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #complaint = "";

  private constructor({ command: [program, file] }: Peer, threads: number) {
    const limits = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
    this.#child = spawn(program, [file, String(threads)], { env: { ...process.env, ...limits } });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-2000);
    });
    // A process that has ended takes no job; waiting for its answer tells why it ended.
    this.#child.stdin.on("error", () => undefined);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async start(peer: Peer, threads: number): Promise<PeerProcess> {
    const started = new PeerProcess(peer, threads);
    await started.#answer();
    return started;
  }

  async time(job: Job): Promise<PeerTiming> {
    this.#child.stdin.write(`${JSON.stringify(job)}\n`);
    return (await this.#answer()) as PeerTiming;
  }

  /** Ends the process; its work is done or no longer wanted. */
  close(): void {
    this.#child.kill();
  }

  /** The next line that is an object; libraries greet on standard output too. */
  async #answer(): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`${this.#child.spawnargs.join(" ")} ended early: ${this.#complaint.trim()}`);
      if (value.startsWith("{")) return JSON.parse(value);
    }
  }
}
