// The engine of generated kernels: every buffer of a network laid out in one memory, one module with every function of the step.

import { FLOAT, type InstructionSet, type Place } from "../backend/wasm/machine.ts";
import { createMemory, instantiate, type WasmExports } from "../backend/wasm/platform.ts";
import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { GradientPlaces, KernelRequest, Kernels } from "../ops/kernels.ts";
import { wasmKernels } from "../ops/wasm.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { Engine } from "./engine.ts";
import { INPUT, type Network, type Node, parameterSpecs } from "./network.ts";
import { type Parameters, wantedOutputs } from "./pass.ts";

/** Every tensor begins at a multiple of a cache line. */
const ALIGN = 64;

/** Hands out room, front to back. */
class Region {
  #end = 0;
  readonly #shared: boolean;

  constructor(shared: boolean, start: number) {
    this.#shared = shared;
    this.#end = start;
  }

  get end(): number {
    return this.#end;
  }

  take(floats: number): Place {
    const place = { shared: this.#shared, offset: this.#end };
    // A vector behind the last float may be read: kernels load four lanes where fewer count.
    this.#end = Math.ceil((this.#end + (floats + 4) * FLOAT) / ALIGN) * ALIGN;
    return place;
  }
}

interface Layout {
  readonly shared: Region;
  readonly block: Region;
  readonly label: Place;
  readonly input: Place;
  readonly outputs: readonly Place[];
  readonly outputGradients: readonly (Place | undefined)[];
  readonly parameters: ReadonlyMap<string, Place>;
  readonly gradients: ReadonlyMap<string, Place>;
  /** Scratch and shared room by node and name. */
  readonly rooms: Map<string, Place>;
}

function layOut(network: Network): Layout {
  const shared = new Region(true, ALIGN);
  const block = new Region(false, 0);
  const { nodes } = network;
  const specs = parameterSpecs(network);
  const places = (list: typeof specs) =>
    new Map(list.map(({ address, spec }) => [address, shared.take(sizeOf(spec.shape))] as const));
  const wants = wantedOutputs(nodes, "training");
  return {
    shared,
    block,
    label: block.take(1),
    input: block.take(sizeOf(network.input)),
    outputs: nodes.map((node) => block.take(sizeOf(node.site.output))),
    outputGradients: nodes.map((node, k) => (wants[k] ? block.take(sizeOf(node.site.output)) : undefined)),
    parameters: places(specs),
    gradients: places(specs.filter(({ node }) => node.trainable)),
    rooms: new Map(),
  };
}

function requestFor(layout: Layout, node: Node, k: number, set: InstructionSet): KernelRequest<object> {
  const room = (region: Region) => (name: string, floats: number) => {
    const key = `${node.name}.${name}`;
    const place = layout.rooms.get(key) ?? region.take(floats);
    layout.rooms.set(key, place);
    return place;
  };
  return {
    name: node.name,
    site: node.site,
    set,
    places: {
      inputs: node.inputs.map((source) => (source === INPUT ? layout.input : layout.outputs[source])),
      output: layout.outputs[k],
      parameters: pick(node, layout.parameters),
      label: layout.label,
      scratch: room(layout.block),
      shared: room(layout.shared),
    },
  };
}

function pick(node: Node, all: ReadonlyMap<string, Place>): Record<string, Place> {
  const names = Object.keys(node.parameters).filter((name) => all.has(`${node.name}.${name}`));
  return Object.fromEntries(names.map((name) => [name, all.get(`${node.name}.${name}`) as Place]));
}

/** The functions of a step, by phase, in the order in which they run. */
function functionsOf(network: Network, layout: Layout, set: InstructionSet) {
  const requests = network.nodes.map((node, k) => requestFor(layout, node, k, set));
  const kernelsOf = (k: number): Kernels<object> => wasmKernels[network.nodes[k].op];
  const forward = requests.flatMap((request, k) => kernelsOf(k).forward(request));
  const backward = requests.toReversed().flatMap((request, back) => {
    const k = requests.length - 1 - back;
    const gradients = gradientsOf(network, layout, k);
    return gradients && k !== network.head?.probs ? kernelsOf(k).backward(request, gradients) : [];
  });
  const wanted = (k: number) => layout.outputGradients[k] !== undefined;
  const refresh = requests.flatMap((request, k) => (wanted(k) ? (kernelsOf(k).refresh?.(request) ?? []) : []));
  return { forward, backward, refresh };
}

function gradientsOf(network: Network, layout: Layout, k: number): GradientPlaces | undefined {
  const node = network.nodes[k];
  const output = layout.outputGradients[k];
  const inputs = node.inputs.map((source) => (source === INPUT ? undefined : layout.outputGradients[source]));
  return output && { output, inputs, parameters: pick(node, layout.gradients) };
}

/** An engine with float32 copies of the parameters. Throws `model.memory` where the platform gives too little of it. */
export function wasmEngine(network: Network, parameters: Parameters, set: InstructionSet): Engine {
  const layout = layOut(network);
  const functions = functionsOf(network, layout, set);
  const base = layout.shared.end;
  const bytes = base + layout.block.end + ALIGN;
  const memory = createMemory(bytes) ?? fail("model.memory", { bytes });
  const { forward, backward, refresh } = functions;
  const exports = instantiate([...forward, ...backward, ...refresh], memory);
  const view = ({ shared, offset }: Place, floats: number) =>
    new Float32Array(memory.buffer, (shared ? 0 : base) + offset, floats);
  const views = (places: ReadonlyMap<string, Place>) =>
    new Map(
      [...places].map(
        ([address, place]) => [address, view(place, (parameters.get(address) as Numbers).length)] as const,
      ),
    );
  const own = views(layout.parameters);
  for (const [address, numbers] of own) numbers.set(parameters.get(address) as Numbers);
  const outputs = network.nodes.map((node, k) => view(layout.outputs[k], sizeOf(node.site.output)));
  const zeroed = layout.outputGradients.flatMap((place, k) => (place ? [view(place, outputs[k].length)] : []));
  const lossPlace = network.head && layout.outputGradients[network.head.loss];
  const lossGradient = lossPlace && view(lossPlace, 1);
  const label = new Int32Array(memory.buffer, base + layout.label.offset, 1);
  const run = (list: typeof forward) =>
    runner(
      list.map(({ name }) => name),
      exports,
      base,
    );
  const phases = { forward: run(forward), backward: run(backward), refresh: run(refresh) };
  phases.refresh();
  return {
    arithmetic: set,
    input: view(layout.input, sizeOf(network.input)),
    outputs,
    parameters: own,
    gradients: views(layout.gradients),
    setLabel: (value) => {
      label[0] = value;
    },
    forward: phases.forward,
    backward: (share) => {
      for (const gradient of zeroed) gradient.fill(0);
      if (lossGradient) lossGradient[0] = share;
      phases.backward();
    },
    refresh: phases.refresh,
  };
}

/** Calls exported functions one after the other. */
function runner(names: readonly string[], exports: WasmExports, base: number): () => void {
  const functions = names.map((name) => exports[name]);
  return () => {
    for (const call of functions) call(base);
  };
}
