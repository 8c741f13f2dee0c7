// Small helpers of views: addresses of cells, colours for both themes, numbers with their "≈".
import { fillOf, inkOn, type Scale, showNumber } from "cutaway/story";

/** "conv1.out[1,2,0]" of "conv1.out" and [1,2,0]; of a single number the name alone. */
export function addressOf(name: string, cell: readonly number[]): string {
  return cell.length === 0 ? name : `${name}[${cell.join(",")}]`;
}

/** "grad:conv1.kernel" and [0,0,0,1] of "grad:conv1.kernel[0,0,0,1]". */
export function splitAddress(address: string): { readonly name: string; readonly cell: readonly number[] } {
  const found = /^(.*)\[([0-9,]*)\]$/.exec(address);
  if (!found?.[1]) return { name: address, cell: [] };
  return { name: found[1], cell: (found[2] ?? "").split(",").filter(Boolean).map(Number) };
}

/** Where a cell lies among a tensor's numbers. */
export function offsetOf(shape: readonly number[], cell: readonly number[]): number {
  return shape.reduce((offset, size, axis) => offset * size + (cell[axis] ?? 0), 0);
}

/** What the colours of a tensor mean. */
export function scaleOfTensor({ role, gradient, domain }: Scale): Scale {
  return { role, gradient, domain };
}

/** Fill and ink of a value in both themes, as CSS variables. */
export function paint(scale: Scale, value: number): string {
  const [light, dark] = [fillOf(scale, value, "light"), fillOf(scale, value, "dark")];
  return `--fill:light-dark(${light},${dark});--ink:light-dark(${inkOn(light)},${inkOn(dark)})`;
}

/** "≈ 0.5275" where more is stored, "9" where not. */
export function about(value: number, digits = 4): string {
  const { text, rounded } = showNumber(value, digits);
  return rounded ? `≈ ${text}` : text;
}

/** The number alone, rounded or not. */
export function short(value: number, digits = 4): string {
  return showNumber(value, digits).text;
}

/** With its sign in front, also where it is positive. */
export function signed(value: number, digits = 4): string {
  return value > 0 ? `+${short(value, digits)}` : short(value, digits);
}

/** The class that colours a number's text. */
export function signOf(value: number): "negative" | "positive" | "" {
  return value < 0 ? "negative" : value > 0 ? "positive" : "";
}
