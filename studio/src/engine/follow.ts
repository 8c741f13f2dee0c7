// What the page asks about ways through an opened network, and about what a change does to it.
import { type Changes, listBackward, listForward, type Way, type WhatIf, whatIf } from "cutaway/story";
import type { OpenScene } from "./open.ts";
import type { SceneRequest } from "./scene.ts";

/** Ways that are listed at most. */
const mostWays = 12;

export type Direction = "forward" | "backward";

/** The live ways between a number and a target, the strongest first. */
export function waysOf({ opened }: OpenScene, direction: Direction, followed: string, target: string): readonly Way[] {
  const limit = mostWays;
  if (direction === "forward") return listForward(opened, followed, target, { limit });
  return listBackward(opened, target === "loss" ? `grad:${followed}` : `grad(${target}):${followed}`, { limit });
}

/** The request as it was before one number was given another value. */
export function before(request: SceneRequest, address: string): SceneRequest {
  const { [address]: _, ...set } = request.set;
  return { ...request, set };
}

/** What changes of an opened network do to the target, computed by whoever opened it. */
export function whatIfOf(
  { model, picture, scene, backend }: OpenScene,
  target: string,
  changes: Changes,
): Promise<WhatIf> {
  return whatIf(model, { input: picture, label: scene.label, target, backend }, changes);
}
