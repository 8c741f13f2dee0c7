// Step 9: gradient descent, what it promises to first order and what comes of it.
import { counted } from "../../base/counted.ts";
import { explain } from "../explain.ts";
import { toldApart } from "../look/numbers.ts";
import type { Opened } from "../opened.ts";
import { type WhatIf, whatIf } from "../what-if/what-if.ts";
import { type Block, formula, type LessonContent, planeOf, row, suggestion, table, text } from "./blocks.ts";
import { type Point, plot } from "./draw.ts";
import { arithmetic, cells, compared, equals, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";

/** Steps that are compared: η, ten times as long, fifty times as long. */
const lengths = [1, 10, 50];

/** How far the curve goes, in η, and by how many. */
const farthest = 800;
const apart = 25;

/** A step against the gradients, forecast and computed anew. */
interface Step extends WhatIf {
  readonly learningRate: number;
}

export async function descent(setting: Setting): Promise<LessonContent> {
  const { opened, learningRate } = setting;
  const steps = await Promise.all(lengths.map((length) => stepOf(setting, length * learningRate)));
  const all = await stepOf(setting, learningRate, true);
  const after = await Promise.all(steps.map((step) => openAfter(setting, step.learningRate)));
  return {
    values: {
      learningRate,
      loss: opened.value("loss"),
      sumOfSquaredGradients: squaresOf(opened),
      forecast: steps[0].forecast,
      truth: steps[0].truth,
      ...cells(opened, "next:conv1.kernel"),
      ...Object.assign({}, ...steps.map((step, k) => valuesAfter(step, after[k]))),
      "all.forecast": all.forecast,
      "all.truth": all.truth,
    },
    accounts: [opened.at("next:conv1.kernel[0,0,0,0]"), opened.at("loss"), after[0].at("loss")],
    blocks: [
      ...update(opened, learningRate),
      ...comparison(opened, steps),
      await curve(setting),
      text(
        "The forecast follows the tangent. The truth bends away from it, and turns at kinks, where a gate opens or closes or another cell wins: the longer the step, the less the slope knows. That is why η is small and the step is taken often.",
      ),
      text(
        `So far only the kernels moved. With the dense layer's weights and biases too, the loss after one step is ${n(all.truth, 6)} (forecast ${n(all.forecast, 6)}).`,
      ),
      suggestion(9, "learningRate=0.01"),
    ],
  };
}

/** One step of length η from where the setting stands; the dense layer moves only where asked. */
async function stepOf(setting: Setting, learningRate: number, trainDense = false): Promise<Step> {
  const { image: input, label, host } = setting;
  const found = await whatIf(setting.model({ trainDense }), { input, label, host }, { learningRate });
  return { ...found, learningRate };
}

/** The network with its kernels after a step of length η. */
async function openAfter(setting: Setting, learningRate: number): Promise<Opened> {
  const { image: input, label, host } = setting;
  const model = setting.model();
  const before = await explain(model, { input, label, learningRate, host });
  model.restore(new Map([...model.parameters.keys()].map((name) => [name, before.tensor(`next:${name}`).data])));
  return explain(model, { input, label, learningRate, host });
}

/** Σ (∂L/∂K)². */
function squaresOf(opened: Opened): number {
  return [...opened.tensor("grad:conv1.kernel").data].reduce((sum, g) => sum + g * g, 0);
}

/** Forecast, truth, probabilities and kernels after a step, by its learning rate. */
function valuesAfter({ learningRate, forecast, truth }: Step, after: Opened): Record<string, number> {
  const at = `after[${learningRate}].`;
  return {
    [`${at}forecast`]: forecast,
    [`${at}truth`]: truth,
    ...cells(after, "probs", at),
    ...cells(after, "conv1.kernel", at),
  };
}

function update(opened: Opened, learningRate: number): Block[] {
  const [before, gradient, after] = ["conv1.kernel", "grad:conv1.kernel", "next:conv1.kernel"].map((name) =>
    planeOf(opened.tensor(name), 0, 0),
  );
  const next = opened.at("next:conv1.kernel[0,0,0,0]");
  return [
    text("Every weight goes a small step against its gradient, downhill. How small says the learning rate η:"),
    formula("K ← K − η · ∂L/∂K"),
    row(
      { title: "K (V)", values: before },
      { title: "∂L/∂K (V)", values: gradient },
      { title: `K (V) after a step of η = ${n(learningRate)}`, values: after },
    ),
    formula(`K_V(0,0) ← ${arithmetic(next)}, in full ${n(next.value, 17)}`),
  ];
}

function comparison(opened: Opened, steps: readonly Step[]): Block[] {
  const [loss, forecast, truth] = compared(opened.value("loss"), steps[0].forecast, steps[0].truth);
  const rows = steps.map((step) => {
    const [promised, found] = toldApart(step.forecast, step.truth);
    const why = step.reason === "kinks" ? `${counted(step.felt, "kink")} crossed` : step.reason;
    return [n(step.learningRate), promised, found, n(step.difference, 3), why];
  });
  return [
    text(
      `What does the step bring? To first order the loss falls by η · Σ (∂L/∂K)², the sum over all 27 weights ${equals(squaresOf(opened))}: the forecast. Then the loss is computed anew: the truth.`,
      `Before the step the loss ${loss}; forecast ${forecast}, truth ${truth}.`,
    ),
    table([["η", "forecast", "truth", "truth − forecast", "what bends"], ...rows], [4]),
  ];
}

/** The loss along the gradient: the straight line that the slope draws, and what there is. */
async function curve(setting: Setting): Promise<Block> {
  const forecast: Point[] = [];
  const truth: Point[] = [];
  for (let length = 0; length <= farthest; length += apart) {
    const step = await stepOf(setting, length * setting.learningRate);
    forecast.push([step.learningRate, step.forecast]);
    truth.push([step.learningRate, step.truth]);
  }
  const series = [
    { mark: "·", points: forecast },
    { mark: "●", points: truth },
  ];
  const lines = plot(series, { width: 66, height: 14 });
  return row({ title: "the loss after one step of length η: · forecast, ● truth", lines });
}
