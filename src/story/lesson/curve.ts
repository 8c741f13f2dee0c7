// The graph of an activation and of its derivative, sampled by running the operation itself.
import { fail } from "../../base/words/story.ts";
import { openWorked } from "./worked.ts";

export interface CurvePoint {
  readonly x: number;
  readonly value: number;
  /** The derivative that the backward pass uses here. */
  readonly slope: number;
  /** Exactly on the kink, where the derivative is a choice. */
  readonly kink: boolean;
}

/** ReLU at `points` places, evenly from −reach to reach; an odd number of points includes 0. Throws `option.value` for fewer than three
 * points and for a reach that is not positive. */
export async function reluCurve({ reach = 4, points = 65 } = {}): Promise<readonly CurvePoint[]> {
  const where = "reluCurve";
  if (!(reach > 0)) fail("option.value", { where, option: "reach", expected: "a positive number", received: reach });
  if (!Number.isInteger(points) || points < 3)
    fail("option.value", { where, option: "points", expected: "an integer from 3 up", received: points });
  const last = points - 1;
  const samples = Array.from({ length: points }, (_, k) => (reach * (2 * k - last)) / last);
  const { accounts } = await openWorked("relu", [], {
    image: { name: "x", shape: [1, points, 1], values: samples },
    addresses: samples.map((_, k) => `relu1.out[0,${k},0]`),
  });
  return accounts.map(({ value, terms, choice }, k) => {
    return { x: samples[k], value, slope: terms[0].factors[1].value, kink: choice?.tie ?? false };
  });
}
