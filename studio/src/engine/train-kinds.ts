// What Train's views get of a run: plain data, sent by the worker that trains.
import type { DrawnStroke } from "cutaway/digits";
import type { SceneTensor, Trouble } from "./scene.ts";

/** One class that a person drew. */
export interface DrawnClass {
  readonly name: string;
  readonly drawings: readonly (readonly DrawnStroke[])[];
}

export interface TrainSettings {
  readonly data: "digits" | "drawn";
  readonly classes: readonly DrawnClass[];
  /** A preset's name. */
  readonly net: string;
  /** A graph of Build as JSON; "" where the preset is trained. */
  readonly plan: string;
  readonly batch: number;
  readonly momentum: number;
  readonly seed: number;
  /** η; of the first step where it falls. */
  readonly rate: number;
  /** Whether η falls to 0 over a go, step by step, or stays. */
  readonly schedule: "falling" | "constant";
}

/** What stands fast before the first step. */
export interface Outset {
  /** Grows with every run of this page, so that no two share a name. */
  readonly run: number;
  readonly classes: readonly string[];
  readonly shape: readonly number[];
  readonly parameters: number;
  /** Pictures to learn from, and those that it is tested on; whether the latter are others than the former. */
  readonly pictures: number;
  readonly tested: number;
  readonly unseen: boolean;
  /** Steps of one go, after which it pauses by itself. */
  readonly goal: number;
  /** What computes: "simd" on 2 threads, say. */
  readonly engine: { readonly instructionSet: string; readonly threads: number };
}

/** How the network did on the test pictures after so many steps. */
export interface Test {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly count: number;
  /** confusion[true][guess] */
  readonly confusion: readonly (readonly number[])[];
}

/** The network on one picture after so many steps: kernels, their gradients, maps. */
export interface Portrait {
  readonly step: number;
  readonly label: number;
  readonly picture: readonly number[];
  readonly tensors: Readonly<Record<string, SceneTensor>>;
  /** Names of what is drawn, where the network has a convolution. */
  readonly kernel: string | undefined;
  readonly maps: string | undefined;
  readonly logits: string;
  readonly loss: number;
  /** The size of each trained layer's gradient, the root of its mean square, and what the library says of it. */
  readonly gradients: readonly { readonly name: string; readonly size: number; readonly verdict: string }[];
}

export type Standing = "preparing" | "ready" | "running" | "paused" | "ended" | "lost";

/** What has changed since the last news. */
export interface News {
  readonly standing: Standing;
  readonly step: number;
  readonly images: number;
  readonly imagesPerSecond: number;
  /** η of the next step. */
  readonly rate: number;
  /** Losses of the steps after `from`, in order. */
  readonly from: number;
  readonly losses: readonly number[];
  readonly tests: readonly Test[];
  /** Steps whose numbers are kept, ascending. */
  readonly kept: readonly number[];
  readonly portrait?: Portrait;
  readonly final?: Test;
  readonly sureness?: Sure;
  readonly trouble?: Trouble;
}

/** When a guess counts as sure, and what that was measured on. */
export interface Sure {
  readonly step: number;
  readonly score: string;
  readonly threshold: number;
  readonly known: number;
  readonly scribbles: number;
}

/** One step told by phase. */
export interface Phases {
  readonly step: number;
  readonly pictures: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly before: Portrait;
  readonly after: Portrait;
  /** Mean of the batch. */
  readonly loss: number;
  readonly rate: number;
}

export interface Guess {
  readonly probs: readonly number[];
  readonly index: number;
  readonly name: string;
  /** The picture as the model sees it, and its shape. */
  readonly picture: readonly number[];
  readonly shape: readonly number[];
  /** Where the model was calibrated: its score, the threshold, and which it is. */
  readonly score?: number;
  readonly sure?: boolean;
  readonly sureness?: Omit<Sure, "step">;
}

/** A model as a file, with a picture to open it on. */
export interface TakenModel {
  readonly bytes: Uint8Array;
  readonly picture: readonly number[];
  readonly label: number;
}
