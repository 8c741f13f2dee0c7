// What the ends of a way are called.
import type { Scene } from "../../engine/scene.ts";
import { trace as words } from "../../messages/trace.en.ts";
import { splitAddress } from "../../widgets/numbers.ts";
import type { TraceModel } from "./model.ts";

/** "one kernel weight", "the logit vertical", "one cell of relu1". */
export function nameOf(address: string, { nodes, classes }: Scene): string {
  const { name, cell } = splitAddress(address);
  if (name === "loss") return words.ends.loss;
  if (name === "input") return words.ends.pixel;
  if (name === "logits") return words.ends.logit(classes[cell[0] ?? 0] ?? String(cell[0] ?? 0));
  const owner = nodes.find(({ parameters }) => parameters.includes(name));
  if (owner) return words.ends.parameter(name.slice(owner.name.length + 1), owner.op);
  return words.ends.cell(name.replace(/\.out$/, ""));
}

export function titleOf({ scene, ends }: Pick<TraceModel, "scene" | "ends">): string {
  const { followed, target, direction } = ends;
  const pair = [followed, target].map((address) => nameOf(address, scene));
  const [from = "", to = ""] = direction === "forward" ? pair : pair.reverse();
  return words.title(from, to);
}
