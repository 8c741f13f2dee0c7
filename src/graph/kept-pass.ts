// Kernels one after the other over one image, every output and gradient kept: for who opens numbers of the fast engine.
import type { InstructionSet, Place } from "../backend/wasm/machine.ts";
import { createMemory, instantiate } from "../backend/wasm/platform.ts";
import { functionsOf } from "../backend/wasm/team.ts";
import { sizeOf } from "../base/shape.ts";
import { fail } from "../base/words/model.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { Image } from "./engine.ts";
import { INPUT, type Network, shapeAt } from "./network.ts";
import type { Parameters, Seed } from "./pass.ts";
import { type Plan, planOf } from "./plan.ts";

/** Views of what the kernels stored; valid until the next call. */
export interface KeptPass {
  /** Of a node, or of INPUT. */
  output(node: number): Numbers;
  /** ∂(the seed's cell)/∂ of an output, times the seed's value; undefined where the network has no such gradient. */
  gradient(node: number): Numbers | undefined;
  parameterGradient(address: string): Numbers | undefined;
  forward(image: Image, label: number): void;
  /** Gradients of every number before the seed, those of parameters for this image alone. */
  backward(seed: Seed): void;
}

/** Compiles a plan that keeps every cell: the same kernels with the same order of summation as the one that trains. */
export function keptPass(network: Network, parameters: Parameters, set: InstructionSet, exact: boolean): KeptPass {
  const plan = planOf(network, { set, exact, wanted: "every", batch: 1 });
  const bytes = plan.bytes(1);
  const memory = createMemory(bytes) ?? fail("model.memory", { bytes });
  const exports = instantiate(functionsOf(plan.kernels, plan.strides), memory);
  const { map } = plan.program;
  const starts = {
    shared: 0,
    shard: map.shards.start,
    worker: map.workers.start,
    image: map.workers.start + map.images,
    record: map.records.start,
  };
  const view = ({ region, offset }: Place, floats: number) =>
    new Float32Array(memory.buffer, starts[region] + offset, floats);
  const call = (names: readonly string[]) => {
    for (const name of names) {
      const kernel = plan.kernels.find((one) => one.name === name) as Plan["kernels"][number];
      exports[name](starts.shard, starts.worker, starts.image, starts.record, 1, 0, kernel.parts);
    }
  };
  const size = (node: number) => sizeOf(shapeAt(network, node));
  for (const [address, place] of plan.parameters) {
    const numbers = parameters.get(address) as Numbers;
    view(place, numbers.length).set(numbers);
  }
  call(plan.refresh);
  const gradientOf = (node: number) => {
    const place = node === network.head?.loss ? plan.share : plan.tensors.gradients.get(node);
    return place && view(place, size(node));
  };
  const label = new Int32Array(memory.buffer, starts.record + plan.tensors.record.label.offset, 1);
  const outputOf = (node: number) => view(plan.tensors.outputs.get(node) as Place, size(node));
  return {
    output: outputOf,
    gradient: gradientOf,
    parameterGradient: (address) => {
      const place = plan.gradients.get(address);
      return place && view(place, (parameters.get(address) as Numbers).length);
    },
    forward(image, of) {
      outputOf(INPUT).set(image);
      label[0] = of;
      call(plan.forward);
    },
    backward(seed) {
      view({ region: "shard", offset: 0 }, map.shards.stride / 4).fill(0);
      for (let node = INPUT; node < network.nodes.length; node++) gradientOf(node)?.fill(0);
      const start = gradientOf(seed.node);
      if (!start) return;
      start[seed.cell] = seed.value;
      // From the loss the way goes straight to the logits.
      const straight = seed.node === network.head?.loss ? network.head.probs : undefined;
      for (let node = seed.node; node >= 0; node--) if (node !== straight) call(plan.backward[node] ?? []);
    },
  };
}
