// How numbers stand in small cells: those of a tensor of small numbers in thousandths or smaller parts, which its legend says.
import type { SceneTensor } from "../../engine/scene.ts";
import { short } from "../../widgets/numbers.ts";

type Sized = Pick<SceneTensor, "domain" | "gradient">;

/** How many powers of ten the cells of a tensor leave out: 0, 3, 6, 9. Gradients up to 1 are told in thousandths, other numbers up to 0.1. */
export function powerOf({ domain, gradient }: Sized): number {
  const small = gradient ? 1 : 0.1;
  for (const power of [0, 3, 6]) if (domain > small / 10 ** power) return power;
  return 9;
}

/** Two or three digits: "−527", "6.5", "255"; in the smallest cells one where there is a sign as well. The cell's label has four, its data all. */
export function cellText(value: number, tensor: Sized, pitch: number): string {
  const shown = value * 10 ** powerOf(tensor);
  if (Math.abs(shown) >= 10) return short(Math.round(shown));
  return short(shown, pitch >= 40 ? 3 : pitch < 32 && shown < 0 ? 1 : 2);
}

/** Whether cells of the tensor may say less than is stored. */
export function isAbout({ data }: Pick<SceneTensor, "data">): boolean {
  return data.some((value) => !Number.isInteger(value));
}

/** The type's size, so that a text fits its cell. */
export function sizeOf(text: string, pitch: number, gradient: boolean): number {
  // A gradient stands inside its dashes.
  const wide = (pitch - (gradient ? 7 : 4)) / (text.length * 0.57);
  return Math.round(Math.min(13, pitch * 0.42, wide) * 10) / 10;
}
