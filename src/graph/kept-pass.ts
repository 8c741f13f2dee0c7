// Kernels one after the other over one image, every output and gradient kept: for who opens numbers of the fast engine.
import { FLOAT, type InstructionSet, type Place } from "../backend/wasm/machine.ts";
import { createMemory, instantiate, type WasmMemory } from "../backend/wasm/platform.ts";
import { functionsOf } from "../backend/wasm/team.ts";
import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { Kernels, Slack, StoredNumbers } from "../ops/kernels.ts";
import { wasmKernels } from "../ops/wasm.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { Image } from "./engine.ts";
import { INPUT, type Network, parameterSpecs, shapeAt } from "./network.ts";
import type { Parameters, Seed } from "./pass.ts";
import { type Plan, planOf } from "./plan.ts";
import { startsOf, type ViewOf, viewsOn } from "./views.ts";

/** Views of what the kernels stored; valid until the next call of any pass of the network, and `backward` is about the last `forward`. */
export interface KeptPass {
  /** Of a node, or of INPUT. */
  output(node: number): Numbers;
  /** ∂(the seed's cell)/∂ of an output, times the seed's value; undefined where the network has no such gradient. */
  gradient(node: number): Numbers | undefined;
  parameterGradient(address: string): Numbers | undefined;
  /** What holds for a node's numbers where its kernels do not add term by term. */
  slack(node: number, numbers: StoredNumbers): Slack | undefined;
  forward(image: Image, label: number): void;
  /** Gradients of every number before the seed, those of parameters for this image alone. */
  backward(seed: Seed): void;
}

/** A compiled plan that keeps every cell, on its memory; whose parameters lie in it. */
interface Compiled {
  readonly pass: KeptPass;
  /** Puts an owner's parameters into the memory, unless they lie there. */
  take(owner: object, parameters: Parameters): void;
}

/** By network and arithmetic. Held by the passes alone, so that memory goes with the last of them. */
const compiled = new WeakMap<Network, Map<string, WeakRef<Compiled>>>();

/** The same kernels with the same order of summation as those that train, every cell kept, on copies of the parameters. They are compiled once
 * a network: as long as one of its passes is in use, another one shares its kernels and its memory, and each brings its parameters when
 * it goes forward. */
export function keptPass(network: Network, parameters: Parameters, set: InstructionSet, exact: boolean): KeptPass {
  const shared = compiledFor(network, set, exact);
  const own = new Map([...parameters].map(([address, numbers]) => [address, Float32Array.from(numbers)]));
  const owner = {};
  return {
    ...shared.pass,
    forward(image, label) {
      // Said by name, so that whoever has the pass holds what is shared.
      shared.take(owner, own);
      shared.pass.forward(image, label);
    },
  };
}

function compiledFor(network: Network, set: InstructionSet, exact: boolean): Compiled {
  const known = compiled.get(network) ?? new Map<string, WeakRef<Compiled>>();
  compiled.set(network, known);
  const key = `${set} ${exact}`;
  const found = known.get(key)?.deref() ?? compile(network, set, exact);
  known.set(key, new WeakRef(found));
  return found;
}

function compile(network: Network, set: InstructionSet, exact: boolean): Compiled {
  const plan = planOf(network, { set, exact, wanted: "every", batch: 1 });
  const bytes = plan.bytes(1);
  const memory = createMemory(bytes) ?? fail("model.memory", { bytes });
  const view = viewsOn(memory, plan.program.map);
  const call = caller(plan, memory);
  let last: object | undefined;
  return {
    pass: keptNumbers(network, plan, view, call),
    take(owner, parameters) {
      if (owner === last) return;
      last = owner;
      for (const [address, place] of plan.parameters) {
        const numbers = parameters.get(address) as Numbers;
        view(place, numbers.length).set(numbers);
      }
      call(plan.refresh);
    },
  };
}

/** Calls kernels by name, whole and for one image. */
function caller(plan: Plan, memory: WasmMemory): (names: readonly string[]) => void {
  const exports = instantiate(functionsOf(plan.kernels, plan.strides), memory);
  const { shard, worker, image, record } = startsOf(plan.program.map);
  const parts = new Map(plan.kernels.map((kernel) => [kernel.name, kernel.parts]));
  return (names) => {
    for (const name of names) exports[name](shard, worker, image, record, 1, 0, parts.get(name) ?? 1);
  };
}

function keptNumbers(
  network: Network,
  { program: { map }, tensors, ...plan }: Plan,
  view: ViewOf,
  call: (names: readonly string[]) => void,
): KeptPass {
  const { nodes, head } = network;
  const size = (node: number) => sizeOf(shapeAt(network, node));
  const sizes = new Map(parameterSpecs(network).map(({ address, spec }) => [address, sizeOf(spec.shape)]));
  const output = (node: number) => view(tensors.outputs.get(node) as Place, size(node));
  const gradient = (node: number) => {
    const place = node === head?.loss ? plan.share : tensors.gradients.get(node);
    return place && view(place, size(node));
  };
  const label = new Int32Array(
    view(tensors.record.label, 1).buffer,
    map.records.start + tensors.record.label.offset,
    1,
  );
  return {
    output,
    gradient,
    parameterGradient: (address) => {
      const place = plan.gradients.get(address);
      return place && view(place, sizes.get(address) ?? 0);
    },
    slack(node, numbers) {
      const { name, op, site } = nodes[node];
      const kernels: Kernels<object> = wasmKernels[op];
      return kernels.slack?.(plan.ways[name], site, numbers);
    },
    forward(image, of) {
      output(INPUT).set(image);
      label[0] = of;
      call(plan.forward);
    },
    backward(seed) {
      view({ region: "shard", offset: 0 }, map.shards.stride / FLOAT).fill(0);
      for (let node = INPUT; node < nodes.length; node++) gradient(node)?.fill(0);
      const start = gradient(seed.node);
      if (!start) return;
      start[seed.cell] = seed.value;
      // From the loss the way goes straight to the logits.
      const straight = seed.node === head?.loss ? head.probs : undefined;
      for (let node = seed.node; node >= 0; node--) if (node !== straight) call(plan.backward[node] ?? []);
    },
  };
}
