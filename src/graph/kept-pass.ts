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
import { INPUT, type Network, shapeAt } from "./network.ts";
import type { Parameters, Seed } from "./pass.ts";
import { type Plan, planOf } from "./plan.ts";
import { startsOf, type ViewOf, viewsOn } from "./views.ts";

/** Views of what the kernels stored; valid until the next call. */
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

/** Compiles a plan that keeps every cell: the same kernels with the same order of summation as the one that trains. */
export function keptPass(network: Network, parameters: Parameters, set: InstructionSet, exact: boolean): KeptPass {
  const plan = planOf(network, { set, exact, wanted: "every", batch: 1 });
  const bytes = plan.bytes(1);
  const memory = createMemory(bytes) ?? fail("model.memory", { bytes });
  const view = viewsOn(memory, plan.program.map);
  for (const [address, place] of plan.parameters) {
    const numbers = parameters.get(address) as Numbers;
    view(place, numbers.length).set(numbers);
  }
  const call = caller(plan, memory);
  call(plan.refresh);
  return keptNumbers(network, parameters, plan, view, call);
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
  parameters: Parameters,
  { program: { map }, tensors, ...plan }: Plan,
  view: ViewOf,
  call: (names: readonly string[]) => void,
): KeptPass {
  const { nodes, head } = network;
  const size = (node: number) => sizeOf(shapeAt(network, node));
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
      return place && view(place, (parameters.get(address) as Numbers).length);
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
