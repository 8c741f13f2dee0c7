// The stage as an SVG picture: boxes, frames and texts as they stand on the page, in the light colours that exported figures keep.

const space = "http://www.w3.org/2000/svg";

/** Draws an element and all that it holds as one self-contained SVG text. Cells keep `data-addr` and `data-value`. */
export function stageToSvg(stage: HTMLElement, title: string): string {
  const page = document.documentElement;
  const { theme } = page.dataset;
  page.dataset.theme = "light";
  try {
    const { left, top } = stage.getBoundingClientRect();
    const [width, height] = [Math.max(stage.scrollWidth, 1), Math.max(stage.scrollHeight, 1)];
    const painter = new Painter(left - stage.scrollLeft, top - stage.scrollTop);
    painter.paint(stage);
    const parts = [
      `<title>${escaped(title)}</title>`,
      `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
      ...painter.parts,
    ];
    return `<svg xmlns="${space}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${parts.join("")}</svg>\n`;
  } finally {
    if (theme === undefined) delete page.dataset.theme;
    else page.dataset.theme = theme;
  }
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const round = (value: number) => Math.round(value * 100) / 100;
const isSeen = (colour: string) => !/^(transparent|rgba\(.*, 0\)|.*\/ 0\))$/.test(colour);

/** The lines in which a text stands, each with its place. */
function linesOf(node: Text): { text: string; readonly box: DOMRect }[] {
  const lines: { text: string; readonly box: DOMRect }[] = [];
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getClientRects()[0];
    if (!box) continue;
    const latest = lines.at(-1);
    if (latest && Math.abs(latest.box.top - box.top) < 2) latest.text += ` ${word}`;
    else lines.push({ text: word, box });
  }
  return lines;
}

class Painter {
  readonly parts: string[] = [];
  readonly #left: number;
  readonly #top: number;

  constructor(left: number, top: number) {
    this.#left = left;
    this.#top = top;
  }

  paint(element: Element): void {
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden" || style.clipPath !== "none") return;
    const { address, value } = {
      address: element.getAttribute("data-addr"),
      value: element.getAttribute("data-value"),
    };
    if (address !== null) this.parts.push(`<g data-addr="${escaped(address)}" data-value="${escaped(value ?? "")}">`);
    if (element instanceof SVGSVGElement) this.#drawing(element);
    else if (element instanceof HTMLCanvasElement) this.#canvas(element);
    else {
      if (style.display !== "contents") this.#box(element, style);
      for (const child of element.childNodes) {
        if (child instanceof Element) this.paint(child);
        else if (child instanceof Text) this.#text(child, style);
      }
    }
    if (address !== null) this.parts.push("</g>");
  }

  #place(box: DOMRect): string {
    const [x, y] = [round(box.left - this.#left), round(box.top - this.#top)];
    return `x="${x}" y="${y}" width="${round(box.width)}" height="${round(box.height)}"`;
  }

  /** The fill and the edge of a box; a gradient's inset fill stands in its `::before`. */
  #box(element: Element, style: CSSStyleDeclaration): void {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return;
    const radius = Number.parseFloat(style.borderRadius) || 0;
    if (isSeen(style.backgroundColor)) this.#rect(box, `fill="${style.backgroundColor}" rx="${radius}"`);
    this.#gradient(box, style.backgroundImage);
    const ring = /^(\w+\([^)]*\)) 0px 0px 0px ([0-9.]+)px inset/.exec(style.boxShadow);
    const line = ring
      ? [ring[1], Number(ring[2])]
      : style.boxShadow.includes("inset")
        ? ["rgb(0 0 0 / 0.13)", 1]
        : undefined;
    if (line) this.#rect(box, `fill="none" stroke="${line[0]}" stroke-width="${line[1]}"`);
    for (const kind of ["borderTop", "outline"] as const) this.#edge(box, style, kind, radius);
    const before = getComputedStyle(element, "::before");
    if (before.content !== "none" && before.position === "absolute" && isSeen(before.backgroundColor)) {
      const inset = new DOMRect(box.left + 3, box.top + 3, box.width - 7, box.height - 7);
      this.#rect(inset, `fill="${before.backgroundColor}"`);
      this.#edge(inset, before, "borderTop", 0);
    }
  }

  #edge(box: DOMRect, style: CSSStyleDeclaration, kind: "borderTop" | "outline", radius: number): void {
    const width = Number.parseFloat(style[`${kind}Width`]);
    const form = style[`${kind}Style`];
    const colour = style[`${kind}Color`];
    if (!width || form === "none" || form === "auto" || !isSeen(colour)) return;
    const dashes = form === "dashed" ? ' stroke-dasharray="3 2"' : "";
    // A border on one side only is a line, not a frame.
    if (kind === "borderTop" && (style.borderLeftStyle === "none" || !Number.parseFloat(style.borderLeftWidth))) {
      this.#rect(new DOMRect(box.left, box.top, box.width, width), `fill="${colour}"`);
    } else this.#rect(box, `fill="none" stroke="${colour}" stroke-width="${width}" rx="${radius}"${dashes}`);
  }

  #rect(box: DOMRect, attributes: string): void {
    this.parts.push(`<rect ${this.#place(box)} ${attributes}/>`);
  }

  #text(node: Text, { color, fontSize, fontWeight, fontFamily, fontStyle }: CSSStyleDeclaration): void {
    const family = fontFamily.includes("Mono") ? "ui-monospace, monospace" : "system-ui, sans-serif";
    const font = `font-family="${family}" font-size="${fontSize}" font-weight="${fontWeight}" font-style="${fontStyle}"`;
    for (const { text, box } of linesOf(node)) {
      const [x, y] = [round(box.left - this.#left), round(box.top - this.#top + box.height * 0.78)];
      this.parts.push(`<text x="${x}" y="${y}" ${font} fill="${color}">${escaped(text)}</text>`);
    }
  }

  /** A legend's run of colours, from left to right. */
  #gradient(box: DOMRect, image: string): void {
    const colours = image.match(/(?:rgb|oklab|color)\([^()]*\)/g) ?? [];
    if (!image.startsWith("linear-gradient(90deg") || colours.length < 2) return;
    const name = `run${this.parts.length}`;
    const stops = colours
      .map((colour, k) => `<stop offset="${k / (colours.length - 1)}" stop-color="${colour}"/>`)
      .join("");
    this.parts.push(`<linearGradient id="${name}">${stops}</linearGradient>`);
    this.#rect(box, `fill="url(#${name})"`);
  }

  /** A drawing is copied with the colours that it has on the page. */
  #drawing(drawing: SVGSVGElement): void {
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    const originals = [drawing, ...drawing.querySelectorAll("*")];
    for (const [k, element] of [copy, ...copy.querySelectorAll("*")].entries()) {
      const original = originals[k];
      if (!original) continue;
      const { fill, stroke, strokeWidth, strokeDasharray, opacity, fontSize, fontFamily } = getComputedStyle(original);
      const style = {
        fill,
        stroke,
        "stroke-width": strokeWidth,
        "stroke-dasharray": strokeDasharray,
        opacity,
        "font-size": fontSize,
        "font-family": fontFamily,
      };
      for (const [name, value] of Object.entries(style)) element.setAttribute(name, value);
      element.removeAttribute("class");
      element.removeAttribute("style");
    }
    const box = drawing.getBoundingClientRect();
    for (const attribute of this.#place(box).matchAll(/(\w+)="([^"]*)"/g))
      copy.setAttribute(attribute[1] ?? "", attribute[2] ?? "");
    copy.setAttribute("overflow", "visible");
    this.parts.push(new XMLSerializer().serializeToString(copy));
  }

  #canvas(canvas: HTMLCanvasElement): void {
    this.parts.push(`<image ${this.#place(canvas.getBoundingClientRect())} href="${canvas.toDataURL()}"/>`);
  }
}
