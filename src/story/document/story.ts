// The story of one step as plain data: what every form of it, from the terminal to the report, is written from.
import type { Dtype } from "../../tensor/tensor.ts";
import type { Account } from "../../trace/account.ts";
import type { Formula } from "../../trace/terms.ts";
import type { AttentionMap } from "../attention/map.ts";
import type { Role } from "../look/scales.ts";
import type { Proof } from "../proof/proof.ts";

/** A tensor with what it takes to draw it. Values are flat, row first, H·W·C. */
export interface StoryTensor {
  /** Its address without indices: "conv1.out", "grad:conv1.kernel", "next:dense1.bias". */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
  /** Whether it is a gradient: drawn in the same hues and another form. */
  readonly gradient: boolean;
  /** Where the colours end. Before and after the step a parameter has the same; the gradient has one of its own. */
  readonly domain: number;
  readonly least: number;
  readonly greatest: number;
  readonly zeros: number;
  readonly values: readonly number[];
}

export interface StoryParameter {
  /** "kernel", "weight", "bias", "gamma" … */
  readonly role: string;
  readonly trainable: boolean;
  readonly value: StoryTensor;
  readonly gradient: StoryTensor;
  readonly next: StoryTensor;
}

/** A node of the graph; softmax and loss, the head, come last. */
export interface StoryLayer {
  readonly name: string;
  readonly op: string;
  /** One line: "conv2d, 8 filters of 3×3". */
  readonly text: string;
  readonly output: StoryTensor;
  /** Absent where no gradient of the loss arrives: behind the loss, and at the probabilities, which loss and softmax share. */
  readonly gradient?: StoryTensor;
  readonly parameters: readonly StoryParameter[];
}

/** One cell of a kernel or weight, why it changes and what it becomes. */
export interface StoryWeight {
  readonly address: string;
  readonly value: number;
  readonly gradient: Account;
  readonly next: Account;
}

/** Where the model looks. Values are flat, row first. */
export interface StoryMap {
  readonly kind: AttentionMap["kind"];
  readonly target: string;
  readonly formula: Formula;
  /** What the map depends on besides the picture: the layer, the size of the patch … */
  readonly stated: AttentionMap["stated"];
  readonly shape: readonly [number, number];
  readonly domain: number;
  readonly gradient: boolean;
  readonly role: Role;
  readonly values: readonly number[];
}

/** What the step does to the loss: promised by the slope, and found by running the network again. */
export interface StoryUpdate {
  readonly optimizer: string;
  readonly learningRate: number;
  /** How many numbers the step moves. */
  readonly parameters: number;
  /** Σ (∂L/∂w)² over the trained parameters. */
  readonly squaredGradient: number;
  readonly before: number;
  /** L − η · Σ (∂L/∂w)², to first order. */
  readonly forecast: number;
  readonly after: number;
  /** Why forecast and truth differ: they agree but for rounding, the slope bends, or gates and windows were crossed, `kinks` of them. */
  readonly reason: "none" | "curvature" | "kinks";
  readonly kinks: number;
}

/** One training step on one picture: plain data that JSON.stringify writes. */
export interface Story {
  readonly title: string;
  readonly classes?: readonly string[];
  readonly label: number;
  /** The class of the largest logit. */
  readonly guess: number;
  readonly backend: string;
  readonly dtype: Dtype;
  readonly input: StoryTensor;
  readonly inputGradient: StoryTensor;
  readonly layers: readonly StoryLayer[];
  readonly logits: StoryTensor;
  readonly probs: StoryTensor;
  readonly loss: number;
  /** How loss, the label's logit and its probability come about. */
  readonly accounts: { readonly loss: Account; readonly logit: Account; readonly prob: Account };
  /** At most ten, those with the largest |∂L/∂w| of kernels and weights; ties go to the first in graph order. */
  readonly strongest: readonly StoryWeight[];
  readonly attention: readonly StoryMap[];
  readonly update: StoryUpdate;
  readonly proof: Proof;
}
