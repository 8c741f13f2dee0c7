// The way as the screen shows it: its ends, found from the state, and its hops with the cells that stand for them.
import type { Hop, Way } from "cutaway/story";
import type { Scene, SceneNode } from "../../engine/scene.ts";
import type { State } from "../../state.ts";
import { addressOf, splitAddress } from "../../widgets/numbers.ts";

/** What is followed, and to or from where. */
export interface Ends {
  readonly direction: "forward" | "backward";
  /** The number's plain address. */
  readonly followed: string;
  /** The plain address of the other end; "" while it is not known. */
  readonly target: string;
  /** What stands before an address on the way: "" forward, "grad:" or "grad(logits[0]):" backward. */
  readonly scope: string;
  /** Where the address that was asked for cannot be followed in this direction: what is followed instead. */
  readonly sibling: "value" | "gradient" | "update" | undefined;
  readonly asked: string;
}

/** The scope's word, its target, and the plain address behind it. */
function parts(address: string): { readonly scope: string; readonly of: string; readonly plain: string } {
  const found = /^(grad|next|state\.\w+)(?:\((.*)\))?:(.*)$/.exec(address);
  return { scope: found?.[1] ?? "", of: found?.[2] ?? "", plain: found?.[3] ?? address };
}

/** The ends that a state means. `headless` is the target of a network without logits. */
export function endsOf(state: State, scene: Scene, headless: string): Ends {
  const { direction } = state;
  const given = [state.from, state.to].map(parts);
  const turned = direction === "backward" && given[1]?.scope === "grad";
  const [own, other] = turned ? [given[1], given[0]] : given;
  const asked = turned ? state.to : state.from;
  const followed = own?.plain || defaultFollowed(scene, direction);
  const classed = scene.tensors.logits ? `logits[${scene.label ?? 0}]` : headless;
  const usual = direction === "backward" && scene.label !== undefined ? "loss" : classed;
  const target = other?.plain || (direction === "backward" && own?.of) || usual;
  const scope = direction === "forward" ? "" : target === "loss" ? "grad:" : `grad(${target}):`;
  const update = own?.scope === "next" || own?.scope.startsWith("state");
  const wrong =
    direction === "forward"
      ? own?.scope === "grad"
        ? "value"
        : undefined
      : own?.scope === "" && asked !== ""
        ? "gradient"
        : undefined;
  return { direction, followed, target, scope, asked, sibling: update ? "update" : wrong };
}

/** A pixel in the middle; or the first cell of the first parameter. */
export function defaultFollowed(scene: Scene, direction: "forward" | "backward"): string {
  const parameter = scene.nodes.flatMap(({ parameters }) => parameters)[0];
  if (direction === "backward" && parameter !== undefined) {
    return addressOf(
      parameter,
      (scene.tensors[parameter]?.shape ?? []).map(() => 0),
    );
  }
  const shape = scene.tensors.input?.shape ?? [];
  return addressOf(
    "input",
    shape.map((size, axis) => (axis < 2 ? (size - 1) >> 1 : 0)),
  );
}

/** One hop as it is told: laying a map in one row is told with what reads the row. */
export interface HopView {
  readonly hop: Hop;
  /** The operation that reads (forward) or is read (backward), and whether the way leads over one of its parameters. */
  readonly node: SceneNode | undefined;
  readonly key: string;
  /** The cell before, whose number comes in, and the cell where it arrives; each with the scope of the way. */
  readonly from: string;
  readonly stored: string;
  /** The cell that the picture frames for it: where a row is only a map laid out, the map's cell. */
  readonly shown: string;
}

export function hopsOf(way: Way, { direction, scope }: Ends, { nodes }: Scene): readonly HopView[] {
  const cells = [way.from, ...way.hops.map(({ address }) => address)];
  const nodeAt = (k: number) => {
    const name = splitAddress(cells[direction === "forward" ? k + 1 : k] ?? "").name;
    return nodes.find(({ output }) => output === name);
  };
  const isCopy = (k: number) => nodeAt(k)?.op === "flatten" && k >= 0 && k < way.hops.length;
  return way.hops.flatMap((hop, k): HopView[] => {
    const node = nodeAt(k);
    // Forward the row belongs to the hop behind it, backward to the hop before it; at an end it stands for itself.
    const told = direction === "forward" ? k + 1 < way.hops.length : k > 0;
    if (isCopy(k) && told) return [];
    const over = splitAddress(direction === "forward" ? (cells[k] ?? "") : hop.address).name;
    const parameter = node?.parameters.includes(over) ?? false;
    const from = k === 0 && direction === "backward" ? (cells[0] ?? "") : `${scope}${cells[k]}`;
    const shown = direction === "backward" && isCopy(k + 1) ? (cells[k + 2] ?? hop.address) : hop.address;
    return [
      {
        hop,
        node,
        key: `${node?.op ?? ""}${parameter ? ".parameter" : hop.stopped ? ".stopped" : ""}`,
        from,
        stored: `${scope}${hop.address}`,
        shown: `${scope}${shown}`,
      },
    ];
  });
}

/** The cells that tell listed ways apart, for their names: of each, those that not all of them visit. */
export function differences(ways: readonly Way[]): readonly string[] {
  const cells = ways.map(({ hops }) => hops.map(({ address }) => address));
  const common = new Set(cells[0]?.filter((address) => cells.every((own) => own.includes(address))));
  return cells.map((own) => {
    const different = own.filter((address) => !common.has(address) && !address.startsWith("flatten"));
    const chosen = different.length > 2 ? [different[0], different.at(-1)] : different;
    return chosen.join(" … ");
  });
}
