// HTML as text: escaping, tags, numbers that carry what is stored.
import { showNumber } from "../look/numbers.ts";
import { escapeText } from "../picture/markup.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element; attributes that are undefined or false are left out, true ones stand without a value. The content is HTML already. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  return `${startTag(name, attributes)}${content.join("")}</${name}>`;
}

/** A tag by itself, as `img`, `source` and `meta` are written. */
export function startTag(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined || value === false) return [];
    return [value === true ? ` ${key}` : ` ${key}="${escapeText(String(value))}"`];
  });
  return `<${name}${written.join("")}>`;
}

/** What tells a cell's place and its stored number to programs: `data-addr` (or another name for maps that have no address), `data-value`. */
export function stored(address: string | undefined, value: number): Attributes {
  return { "data-addr": address, "data-value": String(value) };
}

/** A number in a sentence or a table: "≈" where it is rounded, the full one on demand. */
export function numeral(value: number, options: { readonly address?: string; readonly digits?: number } = {}): string {
  const { text, rounded } = showNumber(value, options.digits);
  const attributes = { class: "num", ...stored(options.address, value), title: rounded ? String(value) : undefined };
  return element("span", attributes, rounded ? `<i>≈</i>${text}` : text);
}

/** "η = 0.001", "p ≈ 0.2999": a symbol and its number. */
export function equation(symbol: string, value: number, options: Parameters<typeof numeral>[1] = {}): string {
  const { text, rounded } = showNumber(value, options.digits);
  const attributes = { class: "num", ...stored(options.address, value), title: rounded ? String(value) : undefined };
  return `${symbol}\u00a0${rounded ? "≈" : "="}\u00a0${element("span", attributes, text)}`;
}

/** "≈ −1.203 … 3.402": the least and the greatest of some numbers. */
export function rangeText(least: number, greatest: number, digits = 4): string {
  const [low, high] = [showNumber(least, digits), showNumber(greatest, digits)];
  const about = low.rounded || high.rounded ? "≈ " : "";
  return least === greatest ? `${about}${low.text}` : `${about}${low.text} … ${high.text}`;
}
