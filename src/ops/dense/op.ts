// dense: parameters, shape rule and checks. The formula and its numbered rules are in README.md.
import { fail } from "../../base/words/graph.ts";
import type { Op } from "../op.ts";
import { flag, size } from "../options.ts";

export interface DenseOptions {
  readonly units: number;
  readonly useBias: boolean;
}

export const op: Op<DenseOptions> = {
  prefix: "dense",
  arity: 1,
  options: { units: size(), useBias: flag(true) },
  shape({ units }, [input], where) {
    if (input.length !== 1)
      fail("shape.rank", { where, expected: "a flat input [n]", received: input, hint: "Put flatten() before dense." });
    return [units];
  },
  parameters({ units, useBias }, [[n]]) {
    const fans = { fanIn: n, fanOut: units };
    return {
      weight: { shape: [n, units], kind: "weight", ...fans },
      ...(useBias && { bias: { shape: [units], kind: "bias", ...fans } }),
    };
  },
  multiplyAdds: ({ inputs: [[n]], output: [units] }) => n * units,
};
