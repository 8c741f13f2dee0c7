// What an operation gives to the WebAssembly engine: functions over one sample, shapes and places baked in.
import type { WasmFunction } from "../backend/wasm/assembler.ts";
import type { InstructionSet, Place } from "../backend/wasm/machine.ts";
import type { Site } from "./op.ts";

/** Where the tensors of one sample and the parameters lie. */
export interface Places {
  readonly inputs: readonly Place[];
  readonly output: Place;
  readonly parameters: Readonly<Record<string, Place>>;
  /** The sample's class, an i32. */
  readonly label: Place;
  /** Room that only this site uses and that is zero before the first sample; it keeps what was written there. */
  scratch(name: string, floats: number): Place;
  /** Room that all workers read: for what follows from parameters. */
  shared(name: string, floats: number): Place;
}

/** Where gradients lie; they are added to, but for `output`, which is read. Undefined where nobody wants them. */
export interface GradientPlaces {
  readonly output: Place;
  readonly inputs: readonly (Place | undefined)[];
  readonly parameters: Readonly<Record<string, Place | undefined>>;
}

export interface KernelRequest<O> {
  /** Prefix of the functions' names: the node's name. */
  readonly name: string;
  readonly site: Site<O>;
  readonly set: InstructionSet;
  readonly places: Places;
}

/** Functions take the start of the worker's block and run in the order given. */
export interface Kernels<O> {
  forward(request: KernelRequest<O>): WasmFunction[];
  backward(request: KernelRequest<O>, gradients: GradientPlaces): WasmFunction[];
  /** What has to be made anew after every step, such as transposed weights for the backward pass. */
  refresh?(request: KernelRequest<O>): WasmFunction[];
}
