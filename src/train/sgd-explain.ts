// The step of sgd.ts for explanations: the terms of a weight and of its velocity, in the order in which the step adds them.
//
//   g ← ∂L/∂w + λ·w        v ← μ·v₀ + g        w ← w − η·v      (Nesterov: w ← w − η·s, s = g + μ·v)
//
// A sum that the step multiplies as a whole (g, s) is one factor, with a note that says what it is made of.
import type { UpdateCell, UpdateTerms } from "../nn/optimizer.ts";
import { formatNumber, isRounded } from "../trace/notation.ts";
import { constant, type Derivation, type Factor, type Law } from "../trace/terms.ts";
import type { SgdSettings } from "./sgd-kernel.ts";

type Terms = readonly (readonly Factor[])[];

/** What is multiplied with η: v, which is stored, or ∂L/∂w, or a sum of a few terms. */
interface Direction {
  readonly factor: Factor;
  readonly latex: string;
  readonly notes?: readonly string[];
}

/** The terms of `sgd` with these settings: rules "sgd.step" for the weight, "sgd.velocity" for the velocity. */
export function explainSgd(settings: SgdSettings): (cell: UpdateCell) => UpdateTerms {
  return (cell) => {
    const { factor, latex, notes } = directionOf(settings, cell);
    const η = constant("η", "learningRate", cell.learningRate);
    const next: Derivation = {
      rule: "sgd.step",
      law: { text: `w − η·${factor.symbol}`, latex: `w - \\eta\\,${latex}` },
      combine: "sum",
      terms: [[{ ...cell.w, symbol: "w" }], [constant("(−1)", "minus", -1), η, factor]],
      ...(notes && { notes }),
    };
    return { next, state: settings.momentum > 0 ? [velocityOf(settings, cell)] : [] };
  };
}

/** v = g + μ·v₀, the terms of g one by one: the step adds the same numbers the other way round, which gives the same bits. */
function velocityOf(settings: SgdSettings, cell: UpdateCell): Derivation {
  const before = constant("v_0", "velocity before", cell.before[0]);
  return {
    rule: "sgd.velocity",
    law: lawOf(settings, { text: "μ·v_0", latex: "\\mu\\,v_0" }),
    combine: "sum",
    terms: [...decayed(settings, cell), [constant("μ", "momentum", settings.momentum), before]],
    notes: ["v_0 is the velocity before the step, 0 before the first one."],
  };
}

function directionOf(settings: SgdSettings, cell: UpdateCell): Direction {
  const { momentum, nesterov, weightDecay } = settings;
  const terms = decayed(settings, cell);
  const [velocity] = cell.after;
  if (momentum === 0) {
    if (weightDecay === 0) return { factor: terms[0][0], latex: "\\frac{\\partial L}{\\partial w}" };
    return summed("g", "decayed gradient", terms, "the gradient with weight decay");
  }
  const v = { ...velocity, symbol: "v" };
  if (!nesterov) return { factor: v, latex: "v", notes: [`v is the velocity after the step, ${v.address}.`] };
  const ahead = [...terms, [constant("μ", "momentum", momentum), v]];
  return summed("s", "look-ahead step", ahead, `the look-ahead, v the velocity after the step, ${v.address}`);
}

/** The terms of g. */
function decayed({ weightDecay }: SgdSettings, { w, gradient }: UpdateCell): Terms {
  const slope = [{ ...gradient, symbol: "∂L/∂w" }];
  return weightDecay === 0 ? [slope] : [slope, [constant("λ", "weightDecay", weightDecay), { ...w, symbol: "w" }]];
}

function lawOf({ weightDecay }: SgdSettings, last: Law): Law {
  const decay = weightDecay === 0 ? ["", ""] : [" + λ·w", " + \\lambda\\,w"];
  return {
    text: `∂L/∂w${decay[0]} + ${last.text}`,
    latex: `\\frac{\\partial L}{\\partial w}${decay[1]} + ${last.latex}`,
  };
}

/** A factor that is a sum, added up in the order of its terms. */
function summed(symbol: string, name: string, terms: Terms, what: string): Direction {
  const value = terms.reduce((sum, factors) => sum + factors.reduce((product, factor) => product * factor.value, 1), 0);
  const write = (show: (factor: Factor) => string) => terms.map((factors) => factors.map(show).join("·")).join(" + ");
  const numbers = write((factor) => inBrackets(factor.value));
  const sign = isRounded(value) ? "≈" : "=";
  const sum = `${symbol} = ${write((factor) => factor.symbol)} = ${numbers} ${sign} ${formatNumber(value)}`;
  return { factor: constant(symbol, name, value), latex: symbol, notes: [`${sum}: ${what}.`] };
}

const inBrackets = (value: number) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value));
