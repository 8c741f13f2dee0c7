// Step 8: backpropagation, from the loss to one kernel weight, opened down to the live terms of its sum.
import { counted } from "../../base/counted.ts";
import { parseAddress } from "../../trace/address.ts";
import { checkGradients, type LayerCheck } from "../check.ts";
import { lesson6Classes } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import {
  type Block,
  formula,
  type LessonContent,
  planeOf,
  row,
  suggestion,
  table,
  termTable,
  text,
  windowCells,
} from "./blocks.ts";
import { arithmetic, cells, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";
import { openWorked, type Worked } from "./worked.ts";

const kinds = ["V", "H", "D"];

const weight = "grad:conv1.kernel[0,0,0,0]";
const gradients = ["logits", "flatten1.out", "pool1.out", "relu1.out", "conv1.out", "conv1.kernel"];

export async function backward(setting: Setting): Promise<LessonContent> {
  const { opened, image, label, host } = setting;
  const account = opened.at(weight);
  const stopped = stoppedAt(opened);
  const { layers } = await checkGradients(setting.model(), { input: image, label, samples: "all", host });
  const general = await openGeneral();
  return {
    values: {
      ...Object.assign({}, ...gradients.map((name) => cells(opened, `grad:${name}`))),
      terms: account.terms.length,
      liveTerms: account.terms.filter((term) => term.live).length,
      stoppedGradients: stopped.length,
      "check.cells": layers[0].checked,
      "check.kinks": layers[0].kinks,
      "check.worstRelative": layers[0].worstRelative,
    },
    accounts: [
      account,
      ...lesson6Classes.map((_, k) => opened.at(`grad:logits[${k}]`)),
      ...hops(opened).map((address) => opened.at(address)),
      ...stopped.map((address) => opened.at(address.replace("relu1", "conv1"))),
      ...general.accounts,
    ],
    blocks: [
      ...fromLoss(opened, label),
      ...throughPool(opened, stopped),
      ...kernelGradient(opened),
      ...otherKernels(opened),
      ...generalForm(general),
      ...proof(layers[0]),
      suggestion(8, "input[2,2,0]=153"),
    ],
  };
}

/** Stride 2 and padding 1 over the worked example's picture. */
function openGeneral(): Promise<Worked> {
  return openWorked("conv2d", [], {
    options: { strides: 2, padding: 1 },
    addresses: ["grad(conv1.out[1,1,0]):conv1.kernel[0,0,0,0]", "grad(conv1.out[0,0,0]):conv1.kernel[0,0,0,0]"],
  });
}

/** Cells of relu1.out where a gradient arrives and the closed gate stops it. */
function stoppedAt(opened: Opened): string[] {
  return Object.entries(cells(opened, "grad:relu1.out"))
    .filter(([address, value]) => value !== 0 && opened.value(address.replace("relu1", "conv1")) === 0)
    .map(([address]) => address);
}

/** The way back of the first live term, from the map to the logits. */
function hops(opened: Opened): string[] {
  const live = opened.at(weight).terms.find((term) => term.live) ?? opened.at(weight).terms[0];
  const found: string[] = [];
  for (let next = live.factors[0].address; next !== undefined && !next.includes("logits"); ) {
    found.push(next);
    const { terms } = opened.at(next);
    next = (terms.find((term) => term.live) ?? terms[0])?.factors[0].address;
  }
  return found;
}

function fromLoss(opened: Opened, label: number): Block[] {
  const rows = lesson6Classes.map((name, k) => {
    const gradient = opened.at(`grad:logits[${k}]`);
    return [name, n(opened.value(`probs[${k}]`)), k === label ? "1" : "0", n(gradient.value)];
  });
  return [
    text(
      "How would the loss change if a number were a little larger? That is its derivative. It is found backwards, layer by layer: what comes in × the local slope = what goes on. At the logits it is p − t, where t is 1 for the true class:",
    ),
    table([["class", "p", "t", "∂L/∂z = p − t"], ...rows]),
    text("Through the dense layer each number gets back what it gave: ∂L/∂flat(i) = Σ_k ∂L/∂z(k)·W(i,k). For i = 0:"),
    formula(`∂L/∂flat(0) = ${arithmetic(opened.at("grad:flatten1.out[0]"))}`),
  ];
}

function throughPool(opened: Opened, stopped: readonly string[]): Block[] {
  const planes = ["grad:pool1.out", "grad:conv1.out"].map((name) => planeOf(opened.tensor(name), 0));
  const alive = planes[1].flatMap((line, i) => line.flatMap((value, j) => (value === 0 ? [] : [[i, j] as const])));
  return [
    text("Pooling sends a gradient to the winner of its window only, ReLU multiplies it with 0 or 1. In channel V:"),
    row({ title: "∂L/∂pool (V)", values: planes[0] }, "→", {
      title: "∂L/∂O: conv1.out (V)",
      values: planes[1],
      marked: alive,
    }),
    ...stops(opened, stopped),
  ];
}

/** What closed gates hold back. */
function stops(opened: Opened, stopped: readonly string[]): Block[] {
  const found = stopped.map((address) => {
    const forward = address.replace("grad:relu1", "conv1");
    const [i, j, c] = parseAddress(address).cell ?? [];
    const place = `(${i},${j}) of channel ${kinds[c]}`;
    return { place, arrives: n(opened.value(address)), forward, value: n(opened.value(forward)) };
  });
  if (found.length === 0) return [text("No closed gate stops a gradient here.")];
  if (found.length > 1) {
    const rows = found.map(({ place, arrives, forward, value }) => [place, arrives, forward, value]);
    return [
      text("Closed gates stop the gradients that arrive there, because what went in is not above 0:"),
      table([["gate", "arrives", "what went in", "value"], ...rows], [0, 2]),
    ];
  }
  const [{ place, arrives, forward, value }] = found;
  return [
    text(`A closed gate stops a gradient of ${arrives} at ${place}: there ${forward} = ${value} is not above 0.`),
  ];
}

function kernelGradient(opened: Opened): Block[] {
  const account = opened.at(weight);
  const [height, width] = opened.tensor("conv1.out").shape;
  const live = account.terms.flatMap((term, k) => (term.live ? [[Math.floor(k / width), k % width] as const] : []));
  const rowsOf = (which: (k: number) => number) =>
    Array.from({ length: height }, (_, i) => Array.from({ length: width }, (_, j) => which(i * width + j)));
  return [
    text("A weight is used at every place of the map, so every place has its say:"),
    formula("∂L/∂K(m,n) = Σ_i Σ_j ∂L/∂O(i,j) · I(i+m, j+n)"),
    text(
      "For K_V(0,0): the map of gradients lies on the window of x that begins at (0,0).",
      `${live.length} of the ${account.terms.length} products are live, that is, not 0:`,
    ),
    row(
      { title: "x, the window", values: planeOf(opened.tensor("rescale1.out"), 0), marked: windowCells(height, width) },
      { title: "∂L/∂O · x", values: rowsOf((k) => account.terms[k].value), marked: live },
    ),
    ...(live.length > 0 ? [termTable(account, "live")] : []),
    text(`The sum is ∂L/∂K_V(0,0) = ${n(account.value, 16)}: ${directionOf(account.value)}`),
  ];
}

function directionOf(gradient: number): string {
  if (gradient === 0) return "a change of this weight does nothing to the loss.";
  return gradient < 0
    ? "a larger weight makes the loss smaller, so this weight should grow."
    : "a larger weight makes the loss larger, so this weight should shrink.";
}

function otherKernels(opened: Opened): Block[] {
  const gradient = opened.tensor("grad:conv1.kernel");
  return [
    text("The same for every weight of the three kernels:"),
    row(...kinds.map((name, f) => ({ title: `∂L/∂K (${name})`, values: planeOf(gradient, 0, f) }))),
  ];
}

function generalForm({ accounts: [inside, atBorder] }: Worked): Block[] {
  return [
    text(
      "With stride s, padding p and dilation d the window lies elsewhere; that is all that changes. Outside the picture I is 0:",
    ),
    formula("∂L/∂K(m,n,c,f) = Σ_b Σ_i Σ_j ∂L/∂O(b,i,j,f) · I(b,y,x,c)"),
    formula("y = i·s − p + m·d        x = j·s − p + n·d"),
    text(
      `In the 5×5 picture of step 2 with s = 2 and p = 1, O(1,1) meets K(0,0) with I(1,1): ∂O(1,1)/∂K(0,0) = ${n(inside.value)}, while O(0,0) meets it with the border: ∂O(0,0)/∂K(0,0) = ${n(atBorder.value)}.`,
    ),
  ];
}

/** What the comparison with central differences found. */
function proof({ checked, kinks, worstRelative }: LayerCheck): Block[] {
  return [
    text(
      `Checked: each of ${counted(checked, "weight")} was nudged a little both ways and the loss computed anew; these central differences agree with the gradients to ${n(worstRelative, 2)} relative.`,
      kinks > 0 ? `On a kink, where there is no derivative to compare with: ${counted(kinks, "weight")} more.` : "",
    ),
  ];
}
