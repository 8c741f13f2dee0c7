// What an operation gives to the WebAssembly engine: kernels over a few images, shapes and places baked in.
import type { InstructionSet, Kernel, Place } from "../backend/wasm/machine.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { Site } from "./op.ts";

/** Where the tensors of an image and the parameters lie. */
export interface Places {
  readonly inputs: readonly Place[];
  /** Of the epilogue where there is one, else of the operation. */
  readonly output: Place;
  readonly parameters: Readonly<Record<string, Place>>;
  /** The sample's class, an i32. */
  readonly label: Place;
  /** Room that a worker writes before it reads, within one kernel or from one kernel to the next of the same node and pass. */
  scratch(name: string, floats: number): Place;
  /** Room of each image: zero before the first, and it keeps what was written there until this node writes again. */
  kept(name: string, floats: number): Place;
  /** Room that all workers read: for what follows from parameters. */
  shared(name: string, floats: number): Place;
}

/** What a kernel does with its output before it goes to memory: ReLU, then perhaps maximum pooling by 2×2 with strides of 2. */
export interface Epilogue {
  readonly pool?: {
    /** Rows and columns that come out; what does not fit a window is dropped. */
    readonly rows: number;
    readonly columns: number;
    /** One float a pooled cell: 0, 1, 2 or 3, the position of the winner in its window, row by row. */
    readonly winner: Place;
  };
}

/** Where a gradient goes: added to what others wrote before, or written first. */
export interface GradientPlace {
  readonly place: Place;
  readonly add: boolean;
}

/** Where gradients lie. `output` is read (that of the epilogue where there is one); parameters' are added to. Undefined where nobody wants them. */
export interface GradientPlaces {
  readonly output: Place;
  readonly inputs: readonly (GradientPlace | undefined)[];
  readonly parameters: Readonly<Record<string, Place | undefined>>;
}

export interface KernelRequest<O> {
  /** Prefix of the kernels' names: the node's name. */
  readonly name: string;
  readonly site: Site<O>;
  readonly set: InstructionSet;
  /** Direct sums only: the same bits on every machine. */
  readonly exact: boolean;
  /** Images of a call at most. */
  readonly group: number;
  readonly places: Places;
  readonly epilogue?: Epilogue | undefined;
}

/** How far a number of one image may lie from the sum of its terms, beyond what adding them one by one rounds. */
export interface Slack {
  output(cell: readonly number[]): number;
  inputGradient(cell: readonly number[]): number;
  parameterGradient(name: string, cell: readonly number[]): number;
}

/** The numbers of one image at a site, as kernels stored them. */
export interface StoredNumbers {
  readonly input: Numbers;
  readonly parameters: Readonly<Record<string, Numbers>>;
  readonly outputGradient: Numbers;
}

export interface Kernels<O> {
  forward(request: KernelRequest<O>): Kernel[];
  backward(request: KernelRequest<O>, gradients: GradientPlaces): Kernel[];
  /** What has to be made anew when parameters changed, such as transposed weights; `training`: the backward pass needs it too. */
  refresh?(request: KernelRequest<O>, training: boolean): Kernel[];
  /** Whether an epilogue may be asked for. */
  readonly fuses?: boolean;
  /** What holds for numbers that were computed in a way that does not add term by term; undefined for the others. */
  slack?(way: string, site: Site<O>, numbers: StoredNumbers): Slack | undefined;
}
