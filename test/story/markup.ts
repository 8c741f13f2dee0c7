// Reads the XML that pictures and formulas are written in: elements in order, all closed in their turn, nothing that is not escaped; checks what is drawn.
import { expect } from "vitest";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text directly inside it, entities resolved. */
  text: string;
}

const resolved = (text: string) =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

const piece =
  /<\/([A-Za-z][\w-]*)>|<([A-Za-z][\w-]*)((?: [\w:-]+="[^"<]*")*)(\/?)>|((?:[^<&]|&(?:amp|lt|gt|quot|#39);)+)/gy;

/** The elements of a text in the order in which they begin; throws where it is not well-formed. */
export function elementsOf(xml: string): Element[] {
  const open: Element[] = [];
  const all: Element[] = [];
  let end = 0;
  for (const [whole, closes, name, rest, empty, text] of xml.matchAll(piece)) {
    end += whole.length;
    if (text !== undefined) {
      const parent = open.at(-1);
      if (!parent) throw new Error(`text outside of elements: ${text}`);
      parent.text += resolved(text);
    } else if (closes !== undefined) {
      if (open.pop()?.name !== closes) throw new Error(`</${closes}> closes nothing`);
    } else {
      const attributes = [...rest.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, resolved(value)]);
      const element = { name, attributes: Object.fromEntries(attributes), text: "" };
      all.push(element);
      if (empty === "") open.push(element);
    }
  }
  if (end < xml.length) throw new Error(`no XML: ${xml.slice(end, end + 40)}`);
  if (open.length > 0) throw new Error(`not closed: ${open.map(({ name }) => name)}`);
  return all;
}

/** No text begins left of the picture or ends right of or below it, at the width of the mono font. */
export function expectInside(elements: readonly Element[]): void {
  const [{ attributes: svg }] = elements;
  for (const { name, attributes, text } of elements) {
    if (name !== "text") continue;
    const [x, y, size] = [attributes.x, attributes.y, attributes["font-size"] ?? 12].map(Number);
    const width = [...text].length * size * 0.6;
    const left = { start: x, middle: x - width / 2, end: x - width }[attributes["text-anchor"] ?? "start"] as number;
    expect(left).toBeGreaterThanOrEqual(0);
    if (attributes["font-family"] === undefined) expect(left + width).toBeLessThanOrEqual(Number(svg.width));
    expect(y).toBeLessThan(Number(svg.height));
  }
}
