// A bench for convolution kernels: lays out memory and calls every kernel as an engine does.
import { assemble, defineFunction } from "../../src/backend/wasm/assembler.ts";
import { callParameters, FLOAT, Frame, type Kernel, type Place } from "../../src/backend/wasm/machine.ts";
import { sizeOf } from "../../src/base/shape.ts";
import type { Conv2dOptions } from "../../src/ops/conv2d/op.ts";
import type { GradientPlaces, KernelRequest, Kernels } from "../../src/ops/kernels.ts";
import { type Case, type Numbers, outputShape } from "./convolution-cases.ts";

export { type Case, caseOf, type Epilogue, fill, type Numbers, truth } from "./convolution-cases.ts";

/** How kernels are called: in pieces (the last first) or whole, and image by image or the group at once. */
export interface Call {
  readonly pieces: boolean;
  readonly alone: boolean;
}

/** Rooms handed out one after the other, in every region. */
class Layout {
  readonly sizes: Record<Place["region"], number> = { shared: 0, shard: 0, worker: 0, image: 0, record: 0 };
  readonly named = new Map<string, Place>();

  room(region: Place["region"], floats: number): Place {
    const offset = this.sizes[region];
    this.sizes[region] += (Math.ceil(floats / 4) * 4 + 4) * FLOAT;
    return { region, offset };
  }

  once(region: Place["region"], name: string, floats: number): Place {
    const key = `${region} ${name}`;
    const place = this.named.get(key) ?? this.room(region, floats);
    this.named.set(key, place);
    return place;
  }
}

/** Everything laid out, and the kernels asked for, pass by pass. */
export function prepare(kernels: Kernels<Conv2dOptions>, one: Case, group = one.images, exact = true) {
  const { site, set, records, epilogue } = one;
  const layout = new Layout();
  const region = records ? "record" : "image";
  const shape = outputShape(one);
  const at = {
    input: layout.room(region, sizeOf(site.inputs[0])),
    output: layout.room(region, sizeOf(shape)),
    winner: layout.room("image", sizeOf(shape)),
    outputGradient: layout.room(region, sizeOf(shape)),
    inputGradient: layout.room("image", sizeOf(site.inputs[0])),
    kernel: layout.room("shared", one.kernel.length),
    bias: layout.room("shared", site.options.filters),
    kernelGradient: layout.room("shard", one.kernel.length),
    biasGradient: layout.room("shard", site.options.filters),
  };
  const pool = { rows: shape[0], columns: shape[1], winner: at.winner };
  const request: KernelRequest<Conv2dOptions> = {
    name: "conv1",
    site,
    set,
    exact,
    group,
    places: {
      inputs: [at.input],
      output: at.output,
      parameters: { kernel: at.kernel, ...(one.bias && { bias: at.bias }) },
      label: at.input,
      scratch: (name, floats) => layout.once("worker", name, floats),
      kept: (name, floats) => layout.once("image", name, floats),
      shared: (name, floats) => layout.once("shared", name, floats),
    },
    epilogue: epilogue === "none" ? undefined : epilogue === "pool" ? { pool } : {},
  };
  const gradients: GradientPlaces = {
    output: at.outputGradient,
    inputs: [one.inputGradient === "none" ? undefined : { place: at.inputGradient, add: one.inputGradient === "add" }],
    parameters: { kernel: at.kernelGradient, bias: one.bias && at.biasGradient },
  };
  const passes = {
    refresh: kernels.refresh?.(request, true) ?? [],
    forward: kernels.forward(request),
    backward: kernels.backward(request, gradients),
  };
  return { layout, at, passes, request };
}

type Function = (...values: number[]) => void;

/** Compiles kernels onto a poisoned memory: everything is NaN but the rooms that images keep. */
export function load(one: Case, { layout, at, passes }: ReturnType<typeof prepare>) {
  const { sizes } = layout;
  const strides = { image: sizes.image + 48, record: sizes.record + 16 };
  const start = { shard: sizes.shared + 64, worker: 0, image: 0, record: 0 };
  start.worker = start.shard + sizes.shard + 64;
  start.image = start.worker + sizes.worker + 64;
  start.record = start.image + one.images * strides.image + 64;
  const end = start.record + one.images * strides.record + 64;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  const floats = new Float32Array(memory.buffer).fill(Number.NaN);
  const address = ({ region, offset }: Place, image = 0) =>
    (region === "shared"
      ? offset
      : start[region] + offset + (region === "image" || region === "record" ? image * strides[region] : 0)) / FLOAT;
  const names = new Set<string>();
  const all: Kernel[] = [...passes.refresh, ...passes.forward, ...passes.backward];
  for (const { name } of all)
    if (names.size === names.add(name).size) throw new Error(`two kernels are called ${name}`);
  const functions = all.map((kernel) =>
    defineFunction(kernel.name, callParameters, (scope) => kernel.build(new Frame(scope, strides))),
  );
  const host = { memory, exp: Math.abs, log: Math.abs };
  const exports = new WebAssembly.Instance(new WebAssembly.Module(assemble(functions)), { host }).exports;
  for (let image = 0; image < one.images; image++) {
    const kept = [...layout.named].filter(([key]) => key.startsWith("image "));
    const first = Math.min(...kept.map(([, place]) => address(place, image)));
    if (kept.length > 0) floats.fill(0, first, address({ region: "image", offset: sizes.image }, image));
    floats.set(one.inputs[image], address(at.input, image));
    floats.set(one.outputGradients[image], address(at.outputGradient, image));
    if (one.inputGradient === "add") floats.set(one.before[image], address(at.inputGradient, image));
  }
  floats.set(one.kernel, address(at.kernel));
  if (one.bias) floats.set(one.bias, address(at.bias));
  floats.fill(0, address(at.kernelGradient), address(at.kernelGradient) + one.kernel.length);
  floats.fill(0, address(at.biasGradient), address(at.biasGradient) + one.site.options.filters);
  const call = (kernel: Kernel, image: number, count: number, from: number, to: number) => {
    const bases = [
      start.shard,
      start.worker,
      start.image + image * strides.image,
      start.record + image * strides.record,
    ];
    (exports[kernel.name] as Function)(...bases, count, from, to);
  };
  return { floats, address, call };
}

/** Does the passes, twice forward and backward as far as memory tells: what the first pass leaves must not reach the second. */
export function run(
  kernels: Kernels<Conv2dOptions>,
  one: Case,
  { pieces, alone }: Call,
  group?: number,
  exact = true,
): Numbers {
  const prepared = prepare(kernels, one, group, exact);
  const { floats, address, call } = load(one, prepared);
  const { at, passes } = prepared;
  const each = (list: readonly Kernel[], image: number, count: number) => {
    for (const kernel of list) {
      if (!pieces) call(kernel, image, count, 0, kernel.parts);
      else for (let part = kernel.parts; part > 0; part -= 2) call(kernel, image, count, Math.max(0, part - 2), part);
    }
  };
  for (const kernel of passes.refresh) each([kernel], 0, 1);
  const groups = alone ? one.inputs.map((_, k) => [k, 1]) : [[0, one.images]];
  for (const [image, count] of groups) each(passes.forward, image, count);
  for (const [image, count] of groups) each([...passes.forward, ...passes.backward], image, count);
  const take = (place: Place, length: number, image = 0) => [
    ...floats.subarray(address(place, image), address(place, image) + length),
  ];
  const images = (place: Place, length: number) => one.inputs.flatMap((_, k) => take(place, length, k));
  const size = sizeOf(outputShape(one));
  return {
    output: images(at.output, size),
    ...(one.epilogue === "pool" && { winner: images(at.winner, size) }),
    ...(one.inputGradient !== "none" && { inputGradient: images(at.inputGradient, sizeOf(one.site.inputs[0])) }),
    kernelGradient: take(at.kernelGradient, one.kernel.length),
    ...(one.bias && { biasGradient: take(at.biasGradient, one.site.options.filters) }),
  };
}
