// The kernels of every unit of a network: places handed out, forward in graph order, backward in reverse.
import type { InstructionSet, Kernel, Place } from "../backend/wasm/machine.ts";
import type { Epilogue, GradientPlace, GradientPlaces, KernelRequest, Kernels } from "../ops/kernels.ts";
import { wasmKernels } from "../ops/wasm.ts";
import type { Network, Node } from "./network.ts";
import type { Wanted } from "./pass.ts";
import { Area } from "./rooms.ts";
import type { Tensors } from "./tensors.ts";
import type { Unit } from "./units.ts";

export interface KernelPlaces {
  readonly set: InstructionSet;
  readonly exact: boolean;
  readonly wanted: Wanted;
  readonly group: number;
  readonly tensors: Tensors;
  readonly parameters: ReadonlyMap<string, Place>;
  readonly gradients: ReadonlyMap<string, Place>;
  /** ∂L/∂loss of every image: its share of the batch. */
  readonly share: Place;
  /** Grow while kernels ask for room. */
  readonly shared: Area;
  readonly image: Area;
}

export interface UnitKernels {
  readonly forward: Kernel[];
  /** By unit; empty where no gradient comes. */
  readonly backward: Kernel[][];
  readonly refresh: Kernel[];
  /** Bytes of scratch that a worker needs. */
  readonly scratch: number;
}

export function unitKernels(network: Network, units: readonly Unit[], places: KernelPlaces): UnitKernels {
  const requests = units.map((unit) => requestFor(network, unit, places));
  const kernelsOf = (u: number): Kernels<object> => wasmKernels[network.nodes[units[u].nodes[0]].op];
  const training = places.wanted !== "none";
  const forward = requests.flatMap(({ request }, u) => kernelsOf(u).forward(request));
  const gradients = training ? gradientsOf(network, units, places) : [];
  const backward = gradients.map((found, u) => (found ? kernelsOf(u).backward(requests[u].request, found) : []));
  const refresh = requests.flatMap(
    ({ request }, u) => kernelsOf(u).refresh?.(request, gradients[u] !== undefined) ?? [],
  );
  return { forward, backward, refresh, scratch: Math.max(0, ...requests.map(({ scratch }) => scratch.end)) };
}

/** Scratch of all units begins at the same place: none outlives its unit's kernels of a pass. */
function requestFor(network: Network, unit: Unit, places: KernelPlaces) {
  const [first] = unit.nodes;
  const last = unit.nodes[unit.nodes.length - 1];
  const node = network.nodes[first];
  const scratch = new Area("worker");
  const rooms = new Map<string, Place>();
  const room = (area: Area) => (name: string, floats: number) => {
    const place = rooms.get(name) ?? area.take(floats);
    rooms.set(name, place);
    return place;
  };
  const { tensors } = places;
  const request: KernelRequest<object> = {
    name: node.name,
    site: node.site,
    set: places.set,
    exact: places.exact,
    group: places.group,
    epilogue: epilogueOf(network, unit, tensors),
    places: {
      inputs: node.inputs.map((source) => tensors.outputs.get(source) as Place),
      output: tensors.outputs.get(last) as Place,
      parameters: pick(node, places.parameters),
      label: tensors.record.label,
      scratch: room(scratch),
      kept: room(places.image),
      shared: room(places.shared),
    },
  };
  return { request, scratch };
}

function epilogueOf(network: Network, { nodes }: Unit, { winners }: Tensors): Epilogue | undefined {
  if (nodes.length === 1) return undefined;
  if (nodes.length === 2) return {};
  const [rows, columns] = network.nodes[nodes[2]].site.output;
  return { pool: { rows, columns, winner: winners.get(nodes[0]) as Place } };
}

function pick(node: Node, all: ReadonlyMap<string, Place>): Record<string, Place> {
  const names = Object.keys(node.parameters).filter((name) => all.has(`${node.name}.${name}`));
  return Object.fromEntries(names.map((name) => [name, all.get(`${node.name}.${name}`) as Place]));
}

/** By unit: where it reads and writes gradients. A gradient is written by whoever comes first on the way back and added to by the others; a
 * unit whose output nobody used on the way to the loss gets none and passes none on. Where every gradient is kept, they are cleared
 * beforehand and all add: a pass may begin anywhere. */
function gradientsOf(network: Network, units: readonly Unit[], places: KernelPlaces): (GradientPlaces | undefined)[] {
  const { tensors, share, gradients, wanted } = places;
  const every = wanted === "every";
  const { head } = network;
  const written = new Set<Place>();
  const found: (GradientPlaces | undefined)[] = units.map(() => undefined);
  for (let u = units.length - 1; u >= 0; u--) {
    const { nodes } = units[u];
    const node = network.nodes[nodes[0]];
    const last = nodes[nodes.length - 1];
    const output = last === head?.loss ? share : tensors.gradients.get(last);
    const reached = every || last === head?.loss || (output && written.has(output));
    if (!output || !reached || (last === head?.probs && !every)) continue;
    const inputs = node.inputs.map((source): GradientPlace | undefined => {
      const place = tensors.gradients.get(source);
      if (!place) return undefined;
      const add = every || written.has(place);
      written.add(place);
      return { place, add };
    });
    found[u] = { output, inputs, parameters: pick(node, gradients) };
  }
  return found;
}
