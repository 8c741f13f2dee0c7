// The ten strongest weights with their sums, the step that they take, and what it does to the loss.
import { counted, thousands } from "../../base/counted.ts";
import type { Story, StoryParameter, StoryUpdate, StoryWeight } from "../document/story.ts";
import { shapeText, tellApart } from "../look/numbers.ts";
import { escapeText } from "../picture/markup.ts";
import { sum } from "./answer.ts";
import { element, equation, numeral, rangeText } from "./html.ts";
import { isSmall } from "./planes.ts";
import { tensorFigure } from "./tensor.ts";

/** The weights that the loss feels most. */
export function weightsSection({ strongest, update }: Story): string {
  if (strongest.length === 0) return element("p", {}, "No weight has a gradient: this step changes nothing.");
  const [{ address, gradient }] = strongest;
  const way = gradient.value < 0 ? "raising it lowers the loss" : "lowering it lowers the loss";
  const intro = `Of all kernels and weights, <code>${escapeText(address)}</code> has the steepest slope, ${numeral(gradient.value, { address: gradient.address })}: ${way}. Each takes a step of −η · ∂L/∂w with ${equation("η", update.learningRate)}. Below the table every slope is written out as the sum it is.`;
  return [element("p", {}, intro), weightTable(strongest), ...strongest.map(weightSums)].join("");
}

function weightTable(weights: readonly StoryWeight[]): string {
  const heads = ["weight", "w", "∂L/∂w", "w after the step"].map((title) => element("th", { scope: "col" }, title));
  const rows = weights.map(({ address, value, gradient, next }, k) => {
    const digits = tellApart([value, next.value]);
    const link = element("a", { href: `#weight-${k + 1}` }, escapeText(address));
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, link),
      element("td", {}, numeral(value, { address, digits })),
      element("td", {}, numeral(gradient.value, { address: gradient.address })),
      element("td", {}, numeral(next.value, { address: next.address, digits })),
    );
  });
  const table = element(
    "table",
    { class: "facts-table" },
    element("caption", { class: "hidden" }, "The strongest weights: value, gradient and next value"),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The strongest weights" }, table);
}

function weightSums({ address, gradient, next }: StoryWeight, k: number): string {
  return element(
    "section",
    { class: "weight", id: `weight-${k + 1}`, "aria-label": address },
    element("h3", {}, `${k + 1} `, element("code", {}, escapeText(address))),
    element("div", { class: "sums" }, sum(gradient), sum(next)),
  );
}

/** The step: the loss before, as the slope promises it, and computed again. */
export function updateSection({ update, layers }: Story): string {
  const { optimizer, learningRate, parameters, squaredGradient } = update;
  const changed = layers.flatMap((layer) => layer.parameters.filter(({ trainable }) => trainable));
  const small = changed.map(({ next }) => next).filter(isSmall);
  const intro = `One step of ${escapeText(optimizer)} with ${equation("η", learningRate)} moves ${counted(parameters, "number")}. To first order the loss falls by η\u00a0·\u00a0Σ\u00a0(∂L/∂w)², and the sum is ${numeral(squaredGradient)}.`;
  return [
    element("p", {}, intro),
    lossTable(update),
    element("p", {}, whyApart(update)),
    changed.length === 0 ? "" : parameterTable(changed),
    element("div", { class: "parts" }, ...small.map((next) => tensorFigure(next))),
  ].join("");
}

function lossTable({ before, forecast, after }: StoryUpdate): string {
  const digits = tellApart([before, forecast, after]);
  const rows: (readonly [string, number])[] = [
    ["loss before", before],
    ["forecast from the slope", forecast],
    ["loss after, computed again", after],
  ];
  const row = ([title, value]: readonly [string, number]) =>
    element("tr", {}, element("th", { scope: "row" }, title), element("td", {}, numeral(value, { digits })));
  const caption = element("caption", { class: "hidden" }, "The loss before and after the step");
  return element("table", { class: "losses" }, caption, element("tbody", {}, ...rows.map(row)));
}

function whyApart({ reason, kinks }: StoryUpdate): string {
  if (reason === "none") return "Forecast and truth agree but for rounding.";
  if (reason === "curvature")
    return "They differ by curvature: the slope itself changes along the step, though no gate and no window does.";
  return `On the way ${counted(kinks, "gate or window changes", "gates or windows change")} in ways that the loss feels; the slope knows nothing of that.`;
}

/** Where each parameter stood and where it stands after the step. */
function parameterTable(parameters: readonly StoryParameter[]): string {
  const heads = ["parameter", "shape", "before", "∂L/∂w", "after"].map((title) =>
    element("th", { scope: "col" }, title),
  );
  const rows = parameters.map(({ value, gradient, next }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, escapeText(value.name)),
      element("td", {}, shapeText(value.shape)),
      ...[value, gradient, next].map(({ least, greatest }) => element("td", {}, rangeText(least, greatest))),
    ),
  );
  const caption = element(
    "caption",
    { class: "hidden" },
    `Ranges of the ${thousands(parameters.length)} trained parameters`,
  );
  const table = element(
    "table",
    { class: "facts-table" },
    caption,
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": "The trained parameters" },
    table,
  );
}
