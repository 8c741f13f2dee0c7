// Plans of networks: what the library says of one, and those to start from.
import { lesson, type Model, parseGraph } from "cutaway";
import { digits } from "cutaway/digits";
import { lenet5 } from "cutaway/presets";
import { type Chain, checkChain, lesson6 } from "cutaway/story";
import { layerOps, optionsOf, type Plan, type PlanLayer, type Setting } from "../plan.ts";
import type { Trouble } from "./scene.ts";
import { troubleOf } from "./trouble.ts";

/** What the library says of a plan; an error in its own words. */
export type SeenPlan = Omit<Chain, "problem"> & {
  readonly problem?: { readonly at: number; readonly trouble: Trouble };
};

export interface Plans {
  /** By name, the first to begin with. */
  readonly presets: Readonly<Record<"lesson" | "lesson6" | "lenet5", Plan>>;
  /** What a network must fit to learn the package's digits. */
  readonly digits: { readonly shape: readonly number[]; readonly classes: number };
}

export function seePlan({ input, nodes }: Plan): SeenPlan {
  const { problem, ...chain } = checkChain(input, nodes);
  return problem ? { ...chain, problem: { at: problem.at, trouble: troubleOf(problem.error) } } : chain;
}

export function plansToStartFrom(): Plans {
  const { shape, classes } = digits({ count: 1 });
  const presets = {
    lesson: planOf(lesson()),
    lesson6: planOf(lesson6({ trainDense: true })),
    lenet5: planOf(lenet5()),
  };
  return { presets, digits: { shape, classes: classes.length } };
}

/** The layers of a model in front of its head, each with the options that are not the usual ones. */
function planOf({ network }: Pick<Model, "network">): Plan {
  const nodes = network.graph.nodes.slice(0, network.last + 1);
  return { input: [...network.input], nodes: nodes.map(({ op, options }) => layerOf(op, options)) };
}

function layerOf(name: string, settled: Readonly<Record<string, unknown>>): PlanLayer {
  const op = layerOps.find((known) => known === name);
  if (op === undefined) throw new Error(`no layer of Build: ${name}`);
  const short = new Map(Object.entries(settled).map(([option, value]) => [option, shortened(value)]));
  const required = optionsOf[op].filter(({ usual }) => usual === undefined).map(({ name }) => [name, short.get(name)]);
  const [usual] = parseGraph({ input: [1, 1, 1], nodes: [{ op, options: Object.fromEntries(required) }] }, op).nodes;
  const told = [...short].filter(
    ([option, value]) => required.some(([name]) => name === option) || shortened(usual?.options[option]) !== value,
  );
  return told.length === 0 ? { op } : { op, options: Object.fromEntries(told) as Record<string, Setting> };
}

/** [3, 3] as 3, [[2, 2], [2, 2]] as 2. */
function shortened(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [first] = value.flat();
  return value.flat().every((each) => each === first) ? first : JSON.stringify(value);
}
