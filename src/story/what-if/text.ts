// A forecast as text for a terminal: forecast beside truth, and why they differ.
import { formatNumber } from "../../trace/notation.ts";
import { toldApart } from "../look/numbers.ts";
import type { Crossing } from "./crossings.ts";
import type { ForecastPart, WhatIf } from "./what-if.ts";

/** Longer lists show this many and count the rest. */
const shown = 8;

/** What a change was forecast to do and what it did, for a terminal. */
export function whatIfToText(result: WhatIf): string {
  const { target, before, forecast, truth, difference, parts, kinks, felt, crossed } = result;
  const [was, wanted, is] = toldApart(before, forecast, truth);
  const rest = felt - Math.min(kinks.length, shown);
  return [
    `${target}: ${was}, forecast ${wanted}, truth ${is}, difference ${formatNumber(difference)}`,
    ...parts.map(describePart),
    `  ${describeReason(result)}`,
    ...kinks.slice(0, shown).map(describeCrossing),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
    ...(crossed > felt ? [`  ${crossed - felt} of ${crossed} choices changed where ${target} has no slope.`] : []),
  ].join("\n");
}

function describePart({ address, cells, before, after, slope, effect }: ForecastPart): string {
  if (before === undefined || after === undefined || slope === undefined)
    return `  ${address}: ${cells} numbers moved by the step, effect ${formatNumber(effect)}`;
  const [was, now] = toldApart(before, after);
  return `  ${address}: ${was} → ${now}, slope ${formatNumber(slope)}, effect ${formatNumber(effect)}`;
}

function describeReason({ reason, slope, felt }: WhatIf): string {
  const [start, end] = toldApart(slope.start, slope.end);
  switch (reason) {
    case "none":
      return felt > 0
        ? "Forecast and truth agree, though kinks were crossed:"
        : "Forecast and truth agree: the way is straight.";
    case "curvature":
      return `No kink was crossed on the way: the slope along the change bends from ${start} to ${end}.`;
    case "kinks":
      return `Kinks were crossed, and the slope along the change went from ${start} to ${end}:`;
  }
}

function describeCrossing({ at, kind, before, after }: Crossing): string {
  const [was, now] = toldApart(before.value, after.value);
  if (kind === "winner") return `    ${at}: won by ${before.address} (${was}), then by ${after.address} (${now})`;
  const opens = after.value > before.value ? "opens" : "closes";
  return `    ${at}: the gate ${opens}, ${before.address} goes from ${was} to ${now}`;
}
