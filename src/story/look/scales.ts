// Scales: which colours a number may have, over which domain, and the legend that says so.
import { formatNumber, isRounded } from "../../trace/notation.ts";

/** pixel: greys. positive: the blue half, for what is never below 0. signed: orange −, neutral 0, blue +. */
export type Role = "pixel" | "positive" | "signed";

export interface Scale {
  readonly role: Role;
  /** Gradients keep the hues and differ in form: inset, with a dashed edge. */
  readonly gradient: boolean;
  /** Where the colours end: 0 … domain, and −domain … domain where signed. */
  readonly domain: number;
}

/** The brightest a pixel can be where nothing rescales it. */
export const brightestPixel = 255;

/** A scale for numbers whose largest size is `largest`: its domain is `largest` rounded up to 1, 2 or 5 times a power of ten, and 1
 * where `largest` is 0 or not finite. Pixels go to `brightest` whatever the picture holds: 255, or 255/divisor where they are rescaled
 * (`scaleOf` in roles.ts knows). */
export function scaleFor(role: Role, gradient: boolean, largest: number, brightest = brightestPixel): Scale {
  return { role, gradient, domain: role === "pixel" ? brightest : roundUp(Math.abs(largest)) };
}

/** Digits and power of ten are read from the decimal notation, which is exact; products of powers of ten are not. */
function roundUp(size: number): number {
  if (size === 0 || !Number.isFinite(size)) return 1;
  const [digits, power] = size.toExponential().split("e");
  const step = [1, 2, 5, 10].find((known) => Number(digits) <= known) as number;
  return Math.min(Number(`${step}e${power}`), Number.MAX_VALUE);
}

export interface Legend {
  readonly low: string;
  /** Where zero stands; absent where zero is the low end. */
  readonly middle?: string;
  readonly high: string;
  /** The whole in one line: "−12 … 0 … +12". */
  readonly text: string;
}

/** The words of a scale's ends, with "≈" where the domain is longer than what is shown. */
export function legendOf({ role, domain }: Scale): Legend {
  const about = isRounded(domain) ? "≈ " : "";
  const end = formatNumber(domain);
  if (role !== "signed") return { low: "0", high: `${about}${end}`, text: `0 … ${about}${end}` };
  const [low, middle, high] = [`${about}−${end}`, "0", `${about}+${end}`];
  return { low, middle, high, text: `${low} … ${middle} … ${high}` };
}
