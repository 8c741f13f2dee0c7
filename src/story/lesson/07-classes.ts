// Step 7: flatten, dense layer, softmax and cross-entropy: from maps to one probability a class and to the loss.
import type { Account } from "../../trace/account.ts";
import type { Term } from "../../trace/terms.ts";
import { lesson6Classes } from "../lesson6.ts";
import type { Opened } from "../opened.ts";
import { type Block, formula, type LessonContent, row, suggestion, table, text } from "./blocks.ts";
import { bar } from "./draw.ts";
import { arithmetic, cells, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";

export async function classes({ opened, label }: Setting): Promise<LessonContent> {
  const logits = lesson6Classes.map((_, k) => opened.at(`logits[${k}]`));
  const probs = lesson6Classes.map((_, k) => opened.at(`probs[${k}]`));
  const names = ["flatten1.out", "dense1.weight", "dense1.bias", "logits", "probs", "loss"];
  return {
    values: {
      ...Object.assign({}, ...names.map((name) => cells(opened, name))),
      ...Object.fromEntries(probs.map(({ terms }, k) => [`exp(z[${k}]-m)`, terms[0].value])),
    },
    accounts: [...logits, ...probs, opened.at("loss")],
    blocks: [
      ...toLogits(opened, logits),
      ...toShares(logits, probs, label),
      ...toLoss(probs[label], label, opened.at("loss")),
      suggestion(7, "dense1.bias[0]=1"),
    ],
  };
}

function toLogits(opened: Opened, logits: readonly Account[]): Block[] {
  const flat = Array.from(opened.tensor("flatten1.out").data, (_, i) => opened.at(`flatten1.out[${i}]`));
  return [
    text(
      "Flatten lays the three 2×2 maps end to end, row first, channels last. The dense layer multiplies each of these numbers with a weight for every class and adds them up; below, the weight and, behind the arrow, the product:",
    ),
    formula("z(k) = Σ_i flat(i) · W(i,k) + β(k)"),
    denseTable(flat, logits),
  ];
}

/** One row a flat number: where it came from, and its product with the weight of each class. */
function denseTable(flat: readonly Account[], logits: readonly Account[]): Block {
  const sums = (name: string, numbers: readonly number[]) => ["", name, "", ...numbers.map((value) => n(value, 6))];
  const product = ({ factors, value }: Term) => (factors[1].value === 0 ? "0" : `${n(factors[1].value)}→${n(value)}`);
  const rows = flat.map(({ terms, value }, i) => [
    String(i),
    (terms[0].factors[0].address ?? "").replace(/^.*\[/, "pool ["),
    n(value),
    ...logits.map((logit) => product(logit.terms[i])),
  ]);
  const biases = logits.map(({ terms }) => terms[flat.length].value);
  const values = logits.map(({ value }) => value);
  const all = [["i", "from", "flat", ...lesson6Classes], ...rows, sums("bias β", biases), sums("logit z", values)];
  return table(all, [0, 1]);
}

function toShares(logits: readonly Account[], probs: readonly Account[], label: number): Block[] {
  const rows = logits.map(({ value }, k) => [
    lesson6Classes[k],
    n(value, 6),
    n(probs[k].terms[0].value),
    n(probs[k].value),
  ]);
  return [
    text(
      "The logits z may be any numbers. Softmax makes shares of them that add up to 1; m is the largest logit, taken away first so that no exponential becomes too large:",
    ),
    formula("p(k) = e^(z_k − m) ÷ Σ_j e^(z_j − m)"),
    table([["class", "z", "e^(z−m)", "p"], ...rows]),
    bars(probs, label),
  ];
}

function bars(probs: readonly Account[], label: number): Block {
  const width = Math.max(...lesson6Classes.map((name) => name.length));
  const lines = probs.map(({ value }, k) => {
    const name = `${k === label ? "→" : " "} ${lesson6Classes[k].padEnd(width)}`;
    return `${name} │${bar(value, 40)} ${n(value)}`;
  });
  return row({ title: "probabilities; → is the true class", lines });
}

function toLoss({ value: p }: Account, label: number, loss: Account): Block[] {
  return [
    text(
      `The picture is a ${lesson6Classes[label]} edge. The loss looks at the probability of this class only, ${n(p)}: it is 0 where p = 1 and grows without end as p goes to 0.`,
      `Here it is ${n(loss.value)}. Computed from the logits, with the same m, it stays exact for the smallest p:`,
    ),
    formula(`L = −ln p(${label}) = ${arithmetic(loss)}`),
  ];
}
