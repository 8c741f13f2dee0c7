// What a view gets of an opened network: every tensor with its role and scale, and the graph it stands in. Plain data, sent by the worker.
import type { Role } from "cutaway/story";

/** How a reader gives the network a picture of their own: cells painted one by one, strokes brought to its form, or not at all. */
export type Pad = "cells" | "strokes" | "none";

export interface SceneTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
  readonly role: Role;
  readonly gradient: boolean;
  /** Colours run to this magnitude; set when the network was first opened, and never by an edit. */
  readonly domain: number;
}

export interface SceneNode {
  readonly name: string;
  readonly op: string;
  /** Names of the tensors it reads: "input", "conv1.out". */
  readonly inputs: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Names of its parameters: "conv1.kernel". */
  readonly parameters: readonly string[];
  /** The name of what it writes: "conv1.out", "logits". */
  readonly output: string;
  readonly trainable: boolean;
}

export interface Scene {
  /** Names this opened network in questions to the worker. */
  readonly key: string;
  readonly model: string;
  readonly title: string;
  readonly nodes: readonly SceneNode[];
  /** By address without indices: "input", "conv1.out", "grad:conv1.kernel", "next:conv1.kernel". */
  readonly tensors: Readonly<Record<string, SceneTensor>>;
  readonly classes: readonly string[];
  /** The true class; undefined where the network has no loss. */
  readonly label: number | undefined;
  readonly learningRate: number;
  readonly pad: Pad;
  /** Edits that this network cannot take: cells that it does not have, pixels beyond 0…255. */
  readonly ignored: readonly string[];
  /** What the numbers were computed in: a float32 model's on the fast engine, a float64 model's on the reference. */
  readonly dtype: "f32" | "f64";
  /** Why a float32 model was opened on the reference all the same, in the package's words; "" where it was not. */
  readonly whyNotFast: string;
  /** Parameters in all. */
  readonly parameters: number;
}

/** Which network, on what, with which edits. Equal requests give equal scenes. */
export interface SceneRequest {
  /** "lesson6", "example:conv2d", "example:conv2d+relu", or what the worker was given under a name of its own. */
  readonly model: string;
  readonly set: Readonly<Record<string, number>>;
  /** Another picture than the model's own, 0…255, row first. */
  readonly picture?: readonly number[];
  /** Strokes, packed, that it is opened on; a network that takes none is opened on its picture. */
  readonly drawing?: string;
  /** The true class; unless said that of the model's own picture, and for a drawing the model's guess. */
  readonly label?: number;
  /** For one operation alone: other options than the example's. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** For the convolution alone: its kernel turned by 180°. */
  readonly flipped?: boolean;
  /** So many steps of gradient descent are taken first, on this picture and its label. */
  readonly steps?: number;
}

/** What went wrong, in the words of the library. */
export interface Trouble {
  readonly code: string;
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string;
}

/** One possible answer to a question about a number. */
export interface Choice {
  readonly value: number;
  readonly right: boolean;
  /** How one comes to it, in a sentence; "" for the truth. */
  readonly cause: string;
}
