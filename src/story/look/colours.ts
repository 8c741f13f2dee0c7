// The colours of numbers, in both themes: equal values look equal everywhere, zero is always neutral.
import { linearLight, mixOklab, readHex, type Triple, toOklab } from "./oklab.ts";
import type { Scale } from "./scales.ts";

export type Theme = "light" | "dark";

/** What stands around the data. Violet (`accent`) marks what is selected and nothing else. Exported figures use the light set. */
export interface Palette {
  readonly negative: string;
  readonly zero: string;
  readonly positive: string;
  /** The page, wells in it, thin lines. */
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  /** Text: first, second and third in weight, and the hues of − and + as text. */
  readonly ink: string;
  readonly inkSecond: string;
  readonly inkThird: string;
  readonly negativeInk: string;
  readonly positiveInk: string;
  /** The hairline inside a cell, the dashes of a gradient. */
  readonly cellLine: string;
  readonly dash: string;
  readonly accent: string;
}

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    negative: "#e66101",
    zero: "#f7f7f7",
    positive: "#0571b0",
    surface: "#ffffff",
    sunken: "#f2f1ed",
    line: "#e5e3dd",
    ink: "#16161a",
    inkSecond: "#494950",
    inkThird: "#66666f",
    negativeInk: "#a84600",
    positiveInk: "#0567a2",
    cellLine: "#00000021",
    dash: "#3a3a41",
    accent: "#5a35d6",
  },
  dark: {
    negative: "#ff8a3c",
    zero: "#2a2c31",
    positive: "#4fb0f5",
    surface: "#121316",
    sunken: "#0c0d0f",
    line: "#292b31",
    ink: "#f0f0f2",
    inkSecond: "#b7b9c1",
    inkThird: "#92949d",
    negativeInk: "#ffa468",
    positiveInk: "#6fc0f8",
    cellLine: "#ffffff21",
    dash: "#c9cbd2",
    accent: "#a48bff",
  },
};

type Ends = Readonly<Record<"negative" | "zero" | "positive", Triple>>;

const endsOf = ({ negative, zero, positive }: Palette): Ends => ({
  negative: toOklab(negative),
  zero: toOklab(zero),
  positive: toOklab(positive),
});
const ends: Readonly<Record<Theme, Ends>> = { light: endsOf(palettes.light), dark: endsOf(palettes.dark) };

/** The colour of a value, "#rrggbb", ends of the scale mixed with its zero in OKLab. Beyond the domain it stays that of the end, below 0
 * that of 0 where the role has no orange half. NaN looks like zero; its text says what it is. */
export function fillOf({ role, domain }: Scale, value: number, theme: Theme): string {
  if (Number.isNaN(value)) return palettes[theme].zero;
  if (role === "pixel") return grey(value / domain);
  const share = Math.min(1, Math.abs(value) / domain);
  if (share === 0 || (role === "positive" && value < 0)) return palettes[theme].zero;
  const { negative, zero, positive } = ends[theme];
  return mixOklab(value < 0 ? negative : positive, zero, share);
}

/** Pixels are what they are: 0 black, 255 white, on any page. */
function grey(share: number): string {
  const byte = Math.round(255 * Math.min(1, Math.max(0, share)));
  return `#${byte.toString(16).padStart(2, "0").repeat(3)}`;
}

/** Black or white, whichever contrasts more with the fill. */
export function inkOn(fill: string): "#000000" | "#ffffff" {
  return contrast(fill, "#000000") >= contrast(fill, "#ffffff") ? "#000000" : "#ffffff";
}

/** The contrast of two colours, 1 … 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = linearLight(readHex(hex));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
