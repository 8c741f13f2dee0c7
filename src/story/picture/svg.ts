// Small parts of an SVG picture: text, cells, legends. Coordinates are pixels; colours of one theme or of both at once.
import { fillOf, inkOn, type Palette, palettes, type Theme } from "../look/colours.ts";
import { legendOf, type Scale } from "../look/scales.ts";
import { attributes, escapeText } from "./markup.ts";

/** "both" writes light-dark(), for pages that follow the reader's theme; a file of its own takes one. */
export type Themes = Theme | "both";

export const mono = "'IBM Plex Mono', ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
export const sans = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/** Width of a character of the mono font, in sizes of the font. */
export const advance = 0.602;

/** A colour in one theme or in both. */
export function both(themes: Themes, colour: (theme: Theme) => string): string {
  if (themes !== "both") return colour(themes);
  const [light, dark] = [colour("light"), colour("dark")];
  return light === dark ? light : `light-dark(${light}, ${dark})`;
}

/** A colour of the palette. */
export function tone(themes: Themes, name: keyof Palette): string {
  return both(themes, (theme) => palettes[theme][name]);
}

export function fill(themes: Themes, scale: Scale, value: number): string {
  return both(themes, (theme) => fillOf(scale, value, theme));
}

export function ink(themes: Themes, scale: Scale, value: number): string {
  return both(themes, (theme) => inkOn(fillOf(scale, value, theme)));
}

/** A colour as an attribute; light-dark() is understood in styles only. */
export function paint(property: "fill" | "stroke" | "stop-color", colour: string): Record<string, string> {
  return colour.startsWith("light-dark") ? { style: `${property}:${colour}` } : { [property]: colour };
}

export interface TextStyle {
  readonly colour: string;
  readonly size?: number;
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly family?: string;
}

/** A line of text with its baseline at y. */
export function text(x: number, y: number, words: string, style: TextStyle): string {
  const { colour, size = 12, weight, anchor, family } = style;
  const given = {
    x,
    y,
    "font-size": size === 12 ? undefined : size,
    "font-weight": weight,
    "text-anchor": anchor === "start" ? undefined : anchor,
    "font-family": family,
    ...paint("fill", colour),
  };
  return `<text${attributes(given)}>${escapeText(words)}</text>`;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The fill of a value with its hairline. A gradient's is inset, with a dashed edge that zero lacks; where there is no room for dashes, a gap. */
export function cellOf(box: Box, scale: Scale, value: number, themes: Themes): string {
  const { x, y, width, height } = box;
  const side = Math.min(width, height);
  const inset = !scale.gradient ? 0 : side >= 20 ? 3 : side >= 8 ? 1 : 0;
  const inner = { x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset };
  const filled = `<rect${attributes({ ...inner, ...paint("fill", fill(themes, scale, value)) })}/>`;
  if (side < 12) return filled;
  const line = { x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1, fill: "none" };
  const hairline = `<rect${attributes({ ...line, ...paint("stroke", tone(themes, "cellLine")) })}/>`;
  if (inset < 3 || value === 0 || Number.isNaN(value)) return filled + hairline;
  const edge = { x: inner.x + 0.5, y: inner.y + 0.5, width: inner.width - 1, height: inner.height - 1, fill: "none" };
  const dashes = { "stroke-dasharray": "3 2", ...paint("stroke", tone(themes, "dash")) };
  return `${filled}${hairline}<rect${attributes({ ...edge, ...dashes })}/>`;
}

/** How wide `legend` draws. */
export function legendWidth(label: string, scale: Scale, unit = ""): number {
  const { low, high } = legendOf(scale);
  const words = [label, low, high, unit].filter((word) => word !== "");
  return words.reduce((sum, word) => sum + word.length * 11 * advance + 8, barOf(scale));
}

const barOf = ({ role }: Scale) => (role === "signed" ? 72 : 40);

/** A scale with its ends in numbers: the bar is cut into the fills themselves, so that it shows what the cells show. */
export function legend(x: number, y: number, label: string, scale: Scale, themes: Themes, unit = ""): string {
  const { low, high } = legendOf(scale);
  const bar = barOf(scale);
  const parts: string[] = [];
  let at = x;
  const word = (words: string, colour: string) => {
    if (words === "") return;
    parts.push(text(at, y + 4, words, { colour, size: 11 }));
    at += words.length * 11 * advance + 8;
  };
  word(label, tone(themes, "inkSecond"));
  word(low, tone(themes, "inkThird"));
  const steps = bar / 4;
  for (let k = 0; k < steps; k++) {
    const share = scale.role === "signed" ? (2 * k) / (steps - 1) - 1 : k / (steps - 1);
    const box = { x: at + 4 * k, y: y - 4, width: 4, height: 8 };
    parts.push(`<rect${attributes({ ...box, ...paint("fill", fill(themes, scale, share * scale.domain)) })}/>`);
  }
  const edge = { x: at - 0.5, y: y - 4.5, width: bar + 1, height: 9, fill: "none" };
  const dashes = scale.gradient ? { "stroke-dasharray": "3 2" } : {};
  const stroke = tone(themes, scale.gradient ? "dash" : "cellLine");
  parts.push(`<rect${attributes({ ...edge, ...dashes, ...paint("stroke", stroke) })}/>`);
  at += bar + 8;
  word(high, tone(themes, "inkThird"));
  word(unit, tone(themes, "inkThird"));
  return parts.join("");
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description?: string;
  readonly themes: Themes;
}

/** A whole picture on the theme's page colour. */
export function picture({ width, height, title, description, themes }: Picture, parts: readonly string[]): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const size = { xmlns: "http://www.w3.org/2000/svg", width: w, height: h, viewBox: `0 0 ${w} ${h}` };
  const style = { role: "img", "font-family": mono, "font-size": 12 };
  const background = `<rect${attributes({ width: w, height: h, ...paint("fill", tone(themes, "surface")) })}/>`;
  const about = description === undefined ? "" : `<desc>${escapeText(description)}</desc>`;
  const head = `<title>${escapeText(title)}</title>${about}`;
  return `<svg${attributes({ ...size, ...style })}>${head}${background}${parts.join("")}</svg>`;
}
