// The answer: one row a class with logit, probability and gradient, the label's row held; the loss and its sum.
import { counted } from "../../base/counted.ts";
import type { Account } from "../../trace/account.ts";
import type { Story, StoryTensor } from "../document/story.ts";
import { escapeText } from "../picture/markup.ts";
import { accountToMathml } from "../picture/mathml.ts";
import { stampOf } from "../picture/stamp.ts";
import { type Content, cellAttributes } from "./cells.ts";
import { element, equation, numeral } from "./html.ts";
import { className } from "./opening.ts";
import { addressOf } from "./planes.ts";
import { legend } from "./tensor.ts";
import { powerText, writingOf } from "./writing.ts";

/** Longer lists of classes show the most probable ones and the label. */
const mostClasses = 24;

interface Column {
  readonly name: string;
  readonly tensor: StoryTensor;
  readonly content: Content;
}

function columnOf(name: string, tensor: StoryTensor): Column {
  const writing = writingOf(tensor.values);
  const content = { scale: tensor, values: tensor.values, writing, address: (k: number) => addressOf(tensor, k) };
  return { name, tensor, content };
}

/** What the last layer says, and what softmax makes of it. */
export function answerSection(story: Story): string {
  const { logits, probs, guess, label, layers } = story;
  const gradient = layers.find(({ output }) => output.name === logits.name)?.gradient;
  const columns = [
    columnOf("logit z", logits),
    columnOf("probability p", probs),
    ...(gradient ? [columnOf("∂L/∂z", gradient)] : []),
  ];
  const probability = (k: number) => numeral(probs.values[k], { address: `probs[${k}]` });
  const first = `The last layer gives one logit a class, softmax turns them into probabilities that add up to 1. The largest belongs to ${name(story, guess)}: ${probability(guess)}.`;
  const second =
    guess === label ? "That is the label." : `The label, ${name(story, label)}, gets ${probability(label)}.`;
  const shown = shownClasses(story);
  const left = probs.values.length - shown.length;
  const { logit, prob } = story.accounts;
  return [
    element("p", {}, `${first} ${second}`),
    element(
      "div",
      { class: "legends" },
      ...columns.map(({ name: what, tensor, content }) =>
        element("span", {}, element("b", {}, what), legend(tensor, content.writing)),
      ),
    ),
    classTable(story, columns, shown),
    left > 0 ? element("p", {}, `${left} less probable classes are not listed.`) : "",
    element("h3", {}, "The label’s logit and probability, written out"),
    element("div", { class: "sums" }, sum(logit), sum(prob)),
  ].join("");
}

const name = (story: Story, position: number) => element("b", {}, escapeText(className(story, position)));

/** All classes in their order, or the most probable ones and the label. */
function shownClasses({ probs: { values }, label }: Story): number[] {
  const all = [...values.keys()];
  if (all.length <= mostClasses) return all;
  const best = [...all].sort((a, b) => values[b] - values[a]).slice(0, mostClasses);
  return best.includes(label) ? best : [...best, label];
}

function classTable(story: Story, columns: readonly Column[], shown: readonly number[]): string {
  const unit = ({ content }: Column) => powerText(content.writing.exponent);
  const heads = columns.map((column) =>
    element("th", { scope: "col" }, column.name, element("small", {}, unit(column))),
  );
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "class"),
    ...heads,
    element("th", { scope: "col", class: "share" }, "share"),
  );
  return element(
    "table",
    { class: "classes" },
    element("caption", { class: "hidden" }, "Logit, probability and gradient of every class"),
    element("thead", {}, head),
    element("tbody", {}, ...shown.map((k) => classRow(story, columns, k))),
  );
}

function classRow(story: Story, columns: readonly Column[], k: number): string {
  const { label, guess, probs } = story;
  const tags = [...(k === label ? ["label"] : []), ...(k === guess ? ["says the network"] : [])];
  const tag = tags.length === 0 ? "" : element("small", {}, tags.join(", "));
  const cells = columns.map(({ content }) => {
    const { class: look, style, ...rest } = cellAttributes(content, k);
    const cell = element("span", { class: look, style, ...rest }, content.writing.text(content.values[k]));
    return element("td", {}, cell);
  });
  const width = `${(100 * probs.values[k]).toFixed(2)}%`;
  const bar = element("td", { class: "share" }, element("i", { style: `width:${width}` }));
  return element(
    "tr",
    { class: k === label && "held" },
    element("th", { scope: "row" }, escapeText(className(story, k)), " ", tag),
    ...cells,
    bar,
  );
}

/** The loss, as it is computed and as it is read. */
export function lossSection({ label, loss, probs, accounts, ...story }: Story): string {
  const p = equation("p", probs.values[label], { address: `probs[${label}]` });
  const words = `The loss is −ln p of the label: the smaller its probability, the larger the loss. Here ${p} for ${element("b", {}, escapeText(className(story, label)))}, and the loss is ${numeral(loss, { address: "loss" })}. It is computed from the logits, the largest (m) taken off first, so that nothing overflows:`;
  return [element("p", {}, words), sum(accounts.loss)].join("");
}

/** A number's sum in MathML, in a region of its own that scrolls where it is long, and whether it adds up. */
export function sum(account: Account): string {
  const { address } = account;
  const label = `${address}, written out`;
  return element(
    "div",
    { class: "sum" },
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, accountToMathml(account)),
    element("p", { class: "stamp" }, element("code", {}, escapeText(address)), ` ${closing(account)}`),
  );
}

/** "16 terms, 4 live · ✓ adds up exactly". */
function closing(account: Account): string {
  const { terms, residual, bound } = account;
  const { kind, sign, title } = stampOf(account);
  const verdict = `${sign} ${title[0].toLowerCase()}${title.slice(1)}`;
  if (kind === "given") return verdict;
  const live = terms.filter((term) => term.live).length;
  const some = terms.length > 1 && live < terms.length ? `, ${live} live` : "";
  const told = `${counted(terms.length, "term")}${some} · ${verdict}`;
  if (kind === "exact") return told;
  return `${told}: residual ${numeral(Math.abs(residual))} where rounding allows ${numeral(bound)}`;
}
