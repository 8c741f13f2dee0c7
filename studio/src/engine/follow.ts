// What the page asks about ways: their tensors with steady colours, and what a change of one given number does.
import type { Way } from "cutaway/story";
import { listBackward, listForward, roleOf, scaleOf, type WhatIf, whatIf } from "cutaway/story";
import type { OpenScene } from "./open.ts";
import type { SceneRequest, SceneTensor } from "./scene.ts";

/** Ways that are listed at most. */
const mostWays = 12;

/** Domains by model and address, as they are without edits. */
const domains = new Map<string, number>();

/** A tensor that the scene itself does not hold: a gradient of another target than the loss. */
export function tensorOf(edited: OpenScene, original: OpenScene, address: string): SceneTensor {
  const { network } = edited.opened;
  const { shape, data } = edited.opened.tensor(address);
  const key = `${edited.scene.model} ${address}`;
  const domain = domains.get(key) ?? scaleOf(network, address, largestOf(original.opened.tensor(address).data)).domain;
  domains.set(key, domain);
  const { role, gradient } = roleOf(network, address);
  return { shape, data: data.slice(), role, gradient, domain };
}

function largestOf(data: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < data.length; k++) largest = Math.max(largest, Math.abs(data[k] ?? 0));
  return largest;
}

/** The live ways between a number and a target, the strongest first. */
export function waysOf({ opened }: OpenScene, direction: Direction, followed: string, target: string): readonly Way[] {
  const limit = mostWays;
  if (direction === "forward") return listForward(opened, followed, target, { limit });
  return listBackward(opened, target === "loss" ? `grad:${followed}` : `grad(${target}):${followed}`, { limit });
}

export type Direction = "forward" | "backward";

/** The request as it was before one number was given another value. */
export function before(request: SceneRequest, address: string): SceneRequest {
  const { [address]: _, ...set } = request.set;
  return { ...request, set };
}

/** What giving `address` the value does to the target; `original` does not have the change yet. */
export function forecastOf(original: OpenScene, address: string, value: number, target: string): Promise<WhatIf> {
  const { model, picture, scene } = original;
  return whatIf(model, { input: picture, label: scene.label, target }, { [address]: value });
}
