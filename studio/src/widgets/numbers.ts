// Small helpers of views: colours for both themes, numbers with their "≈".
import { fillOf, inkOn, type Scale, showNumber } from "cutaway/story";

export { addressOf, offsetOf, splitAddress } from "../cells.ts";

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
