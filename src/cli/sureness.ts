// When a model of the embedded digits is sure of a guess: measured once it is trained, and told.
import { counted } from "../base/counted.ts";
import { CutawayError } from "../base/errors.ts";
import type { Backend } from "../graph/backend.ts";
import type { Model } from "../nn/model.ts";
import type { Sureness } from "../nn/sureness.ts";
import { messageOf, patiently, percent, say } from "./output.ts";

interface Run {
  readonly seed: number;
  readonly backend: Backend;
}

/** Pictures of each kind: half of them teach, the others are measured. */
const pictures = 3000;

/**
 * Stores in a model that was trained on the digits of a seed when its guesses are sure, and says how long that took. The digits are
 * those of the next seed, none of which it was trained on. A network that cannot be calibrated stays as it is, and the reason is said.
 */
export async function calibrateOnDigits(model: Model, { seed, backend }: Run): Promise<void> {
  const { calibrate, digits, scribbles } = await import("../digits.ts");
  const start = performance.now();
  const known = digits({ seed: (seed + 1) % 2 ** 32, count: pictures });
  const strange = scribbles({ seed, count: pictures });
  try {
    await patiently("Calibrating", calibrate(model, { known, scribbles: strange, seed, backend }));
  } catch (error) {
    if (!(error instanceof CutawayError && /^calibrate\.(dense|unread)$/.test(error.code))) throw error;
    say(`Not calibrated: ${messageOf(error)}`);
    return;
  }
  const took = ((performance.now() - start) / 1000).toFixed(1);
  say(`Calibrated on ${counted(pictures, "other digit")} and ${counted(pictures, "scribble")} in ${took} s`);
}

/** From which score on a guess is sure and what the score is; then what that was measured to give. */
export function describeSureness({ score, threshold, known, scribbles }: Sureness): [string, string] {
  const shares = `${percent(known)} of known pictures read right are sure, ${percent(1 - scribbles)} of scribbles are not`;
  return [`from ${percent(threshold)} on, ${score}`, `then ${shares}`];
}

/** What is printed of it as JSON: all but the taught unit. */
export function measuredOf({ none, ...measured }: Sureness): Omit<Sureness, "none"> {
  return measured;
}
