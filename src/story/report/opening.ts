// The head of the report and its first section: what was answered, the numbers that sum it up, the picture.
import { counted, thousands } from "../../base/counted.ts";
import type { Story } from "../document/story.ts";
import { shapeText, tellApart } from "../look/numbers.ts";
import { escapeText } from "../picture/markup.ts";
import { element, numeral, rangeText } from "./html.ts";
import { tensorFigure } from "./tensor.ts";

/** The name of a class; its position where the model knows no names. */
export function className({ classes }: Pick<Story, "classes">, position: number): string {
  return classes?.[position] ?? `class ${position}`;
}

/** The headline and the four numbers of the step. */
export function reportHead(story: Story): string {
  return element(
    "header",
    { class: "head" },
    element("p", { class: "eyebrow" }, escapeText(story.title)),
    headline(story),
    keyNumbers(story),
  );
}

function headline(story: Story): string {
  const { guess, label } = story;
  const said = `The network says ${className(story, guess)}`;
  const truth = guess === label ? "It is right." : `The label says ${className(story, label)}.`;
  return element("h1", {}, escapeText(`${said}. ${truth}`));
}

function keyNumbers(story: Story): string {
  const { guess, label, probs, update, proof } = story;
  const digits = tellApart([update.before, update.after]);
  const probability = (k: number) => numeral(probs.values[k], { address: `probs[${k}]` });
  const pairs: (readonly [string, string])[] = [
    [`probability of ${className(story, guess)}`, probability(guess)],
    ...(guess === label ? [] : [[`probability of ${className(story, label)}`, probability(label)] as const]),
    ["loss", numeral(story.loss, { address: "loss", digits })],
    ["loss after one step", numeral(update.after, { digits })],
    [proof.passed ? "numbers added again" : "numbers added again, not all agree", thousands(proof.numbers)],
  ];
  const pair = ([name, value]: readonly [string, string]) =>
    element("div", {}, element("dt", {}, escapeText(name)), element("dd", {}, value));
  return element("dl", { class: "keys" }, ...pairs.map(pair));
}

/** What the network was given. */
export function pictureSection(story: Story): string {
  const { input, label, backend, dtype } = story;
  const [rows, columns, channels = 1] = input.shape;
  const size =
    input.shape.length === 1
      ? counted(rows, "number")
      : `${rows} rows and ${columns} columns of ${channels === 1 ? "grey" : `${channels} channels`}`;
  const zeros = input.zeros === 0 ? "None of them is 0." : `${thousands(input.zeros)} of them are 0.`;
  return [
    element(
      "p",
      {},
      escapeText(
        `The picture is ${size}: ${counted(input.values.length, "number")}, ${rangeText(input.least, input.greatest)}. ${zeros} `,
      ),
      `Its label is ${element("b", {}, escapeText(className(story, label)))}. `,
      escapeText(
        `Everything below was computed by the engine from these numbers (${backend}, ${dtype === "f64" ? "float64" : "float32"}).`,
      ),
    ),
    element("div", { class: "parts" }, tensorFigure(input, { side: channels === 1 ? 288 : 208 }), graphTable(story)),
  ].join("");
}

/** The layers in a row each: where the numbers go. */
function graphTable({ input, layers }: Story): string {
  const head = ["layer", "what it does", "output", "parameters"].map((name, k) =>
    element("th", { scope: "col", class: k === 1 && "words" }, name),
  );
  const row = (name: string, text: string, shape: readonly number[], parameters: number) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, escapeText(name)),
      element("td", { class: "words" }, escapeText(text)),
      element("td", {}, shapeText(shape)),
      element("td", {}, parameters === 0 ? "" : thousands(parameters)),
    );
  const rows = layers.map(({ name, text, output, parameters }) =>
    row(
      name,
      text,
      output.shape,
      parameters.reduce((sum, { value }) => sum + value.values.length, 0),
    ),
  );
  const body = [row("input", "the picture", input.shape, 0), ...rows];
  const table = element(
    "table",
    { class: "facts-table" },
    element("caption", { class: "hidden" }, "The layers, the shapes of their outputs and their parameters"),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The layers" }, table);
}
