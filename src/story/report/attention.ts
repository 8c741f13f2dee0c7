// Where the network looks: the picture beside the maps of attention, what each is and what it depends on.
import type { Story, StoryMap } from "../document/story.ts";
import { escapeText } from "../picture/markup.ts";
import { formulaToMathml } from "../picture/mathml.ts";
import { type Content, cellTable } from "./cells.ts";
import { element, numeral, rangeText } from "./html.ts";
import { bounds, pictureOf } from "./pictures.ts";
import { isSmall, matrix } from "./planes.ts";
import { legend } from "./tensor.ts";
import { writingOf } from "./writing.ts";

const titles: Readonly<Record<StoryMap["kind"], readonly [title: string, words: string]>> = {
  saliency: ["Saliency", "How fast the number changes when one pixel alone does."],
  gradCam: ["Grad-CAM", "Where the maps of one layer speak for the number, each weighted by its mean slope."],
  occlusion: ["Occlusion", "What the number loses when a patch covers the place; below 0, what it gains."],
};

/** All maps of attention, each with its formula. */
export function attentionSection({ attention }: Story): string {
  if (attention.length === 0) return element("p", {}, "The network takes no picture: there is nothing to look at.");
  const [{ target }] = attention;
  const intro = `Three ways to ask which part of the picture speaks for <code>${escapeText(target)}</code>. None of them is a proof; each says what it computes.`;
  return [element("p", {}, intro), element("div", { class: "attention" }, ...attention.map(mapFigure))].join("");
}

function mapFigure(map: StoryMap): string {
  const { kind, target, shape, values, formula } = map;
  const [title, words] = titles[kind];
  const small = isSmall(map);
  const writing = writingOf(values);
  const name = `${kind}(${target})`;
  const plane = matrix(shape[0], shape[1]);
  const content: Content = {
    scale: map,
    values,
    writing,
    address: (k) => `${name}[${Math.floor(k / shape[1])},${k % shape[1]}]`,
  };
  const body = small
    ? cellTable(plane, content, `${title}, ${shape.join("×")}`)
    : pictureOf(plane, { name, scale: map, values }, 0, 256);
  const [least, greatest] = bounds(values);
  return element(
    "section",
    {},
    element("h3", {}, title),
    element("p", {}, words),
    element("div", { class: "planes" }, element("div", { class: "plane" }, body)),
    element(
      "p",
      { class: "facts under" },
      `${shape.join("×")}, ${rangeText(least, greatest)} `,
      legend(map, small ? writing : undefined),
    ),
    element(
      "div",
      { class: "sum" },
      element(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": `Formula of ${title}` },
        formulaToMathml(formula),
      ),
    ),
    stated(map),
  );
}

/** What the map depends on besides the picture. */
function stated({ stated: facts }: StoryMap): string {
  const entries = Object.entries(facts);
  if (entries.length === 0) return "";
  const pair = ([name, value]: readonly [string, string | number]) =>
    element(
      "div",
      {},
      element("dt", {}, escapeText(name)),
      element("dd", {}, typeof value === "number" ? numeral(value) : escapeText(value)),
    );
  return element("dl", { class: "pairs" }, ...entries.map(pair));
}
