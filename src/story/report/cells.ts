// Small maps as real cells: tables with indices in the margins, lists for vectors; every cell has its number, its address and both themes' fills.
import { fillOf, inkOn } from "../look/colours.ts";
import type { Scale } from "../look/scales.ts";
import { type Attributes, element, stored } from "./html.ts";
import type { Plane } from "./planes.ts";
import type { Writing } from "./writing.ts";

/** What is drawn in a plane's cells. */
export interface Content {
  readonly scale: Scale;
  readonly values: readonly number[];
  readonly writing: Writing;
  readonly address: (position: number) => string;
}

/** The class and the fills of a cell: `--l` on light, `--d` on dark; "lw" and "dw" ask for white text there. */
export function fillAttributes(scale: Scale, value: number): { readonly class: string; readonly style: string } {
  const [light, dark] = [fillOf(scale, value, "light"), fillOf(scale, value, "dark")];
  const white = [inkOn(light) === "#ffffff" ? " lw" : "", inkOn(dark) === "#ffffff" ? " dw" : ""].join("");
  // A gradient of 0 has no dash.
  const dashed = scale.gradient ? (value === 0 ? " g z" : " g") : "";
  return { class: `c${dashed}${white}`, style: `--l:${light};--d:${dark}` };
}

/** Attributes of a cell: its look, address and full number; the style sheet shows both under the pointer. */
export function cellAttributes(content: Content, position: number): Attributes {
  const { scale, values, address } = content;
  const value = values[position];
  return { ...fillAttributes(scale, value), ...stored(address(position), value) };
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

/** A plane as a table, rows and columns numbered. */
export function cellTable(plane: Plane, content: Content, label: string): string {
  const { rows, columns } = plane;
  const column = (k: number) => element("th", { scope: "col" }, String(k));
  const head = element("tr", {}, "<td></td>", ...range(columns).map(column));
  const row = (i: number) =>
    element("tr", {}, element("th", { scope: "row" }, String(i)), ...range(columns).map(one(i)));
  const one = (i: number) => (j: number) => {
    const position = plane.position(i, j);
    return element("td", cellAttributes(content, position), content.writing.text(content.values[position]));
  };
  const size = columns > 8 ? " wide" : columns > 6 ? " broad" : columns <= 3 ? " few" : "";
  const { writing } = content;
  const style = `--n:${columns};--pitch:${pitchOf(writing, columns)}px;--letters:${writing.longest}`;
  const caption = element("caption", { class: "hidden" }, label);
  return element(
    "table",
    { class: `cells${size}`, style },
    caption,
    element("thead", {}, head),
    element("tbody", {}, ...range(rows).map(row)),
  );
}

/** One pitch of the grid for all cells of a tensor: as wide as its longest number needs. */
function pitchOf({ longest }: Writing, columns: number): number {
  if (longest <= 2 && columns > 6) return 32;
  return longest <= 4 ? 44 : 56;
}

/** A vector as a list that wraps, each cell under its index. */
export function cellList(content: Content, label: string): string {
  const { values, writing } = content;
  const item = (position: number) => {
    const cell = element("span", cellAttributes(content, position), writing.text(values[position]));
    return element("li", {}, element("small", { "aria-hidden": "true" }, String(position)), cell);
  };
  const style = `--pitch:${pitchOf(writing, 1)}px;--letters:${writing.longest}`;
  return element("ol", { class: "list", style, start: 0, "aria-label": label }, ...range(values.length).map(item));
}
