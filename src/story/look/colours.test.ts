// The colours of numbers: what a browser mixes, neutral zero, readable text, ends that colour blindness keeps apart.
import { describe, expect, test } from "vitest";
import { contrast, fillOf, inkOn, palettes, type Theme } from "./colours.ts";
import { linearLight, readHex } from "./oklab.ts";
import { type Role, type Scale, scaleFor } from "./scales.ts";

const themes: readonly Theme[] = ["light", "dark"];
const roles: readonly Role[] = ["pixel", "positive", "signed"];
const signed: Scale = { role: "signed", gradient: false, domain: 1 };
const shares = Array.from({ length: 401 }, (_, k) => (k - 200) / 200);

/** What Chromium paints for color-mix(in oklab, end share, zero), read back from a canvas. */
const painted: readonly (readonly [Theme, number, string])[] = [
  ["light", -1, "#e66101"],
  ["light", -0.75, "#ef8a5a"],
  ["light", -0.25, "#f8d4c4"],
  ["light", -0.05, "#f7f0ed"],
  ["light", 0.1, "#e1e9f1"],
  ["light", 0.5, "#8cb4d5"],
  ["light", 0.9, "#307eb8"],
  ["light", 1, "#0571b0"],
  ["dark", -1, "#ff8a3c"],
  ["dark", -0.9, "#e8803e"],
  ["dark", -0.5, "#8f5b3f"],
  ["dark", -0.1, "#3d3535"],
  ["dark", 0.25, "#364a5d"],
  ["dark", 0.75, "#498dc0"],
  ["dark", 1, "#4fb0f5"],
];

describe("fills", () => {
  test.each(painted)("%s %d is %s, as in a browser", (theme, value, hex) => {
    expect(fillOf(signed, value, theme)).toBe(hex);
    expect(fillOf({ ...signed, domain: 20 }, 20 * value, theme)).toBe(hex);
  });

  test.each(themes)(
    "zero is the neutral of the %s theme, in every scale but that of pixels, where it is black",
    (theme) => {
      for (const role of roles) {
        const neutral = role === "pixel" ? "#000000" : palettes[theme].zero;
        for (const largest of [0, 0.3, 7, 1e30]) {
          const scale = scaleFor(role, false, largest);
          expect([0, -0].map((zero) => fillOf(scale, zero, theme))).toEqual([neutral, neutral]);
        }
      }
    },
  );

  test("a number has one colour, forward or backward, and its negative never the same", () => {
    for (const theme of themes) {
      for (const value of [0.02, 0.5, 3]) {
        const scale = scaleFor("signed", false, 3);
        expect(fillOf({ ...scale, gradient: true }, value, theme)).toBe(fillOf(scale, value, theme));
        expect(fillOf(scaleFor("positive", false, 3), value, theme)).toBe(fillOf(scale, value, theme));
        expect(fillOf(scale, -value, theme)).not.toBe(fillOf(scale, value, theme));
      }
    }
  });

  test("a larger size never looks nearer to zero", () => {
    for (const theme of themes) {
      for (const sign of [-1, 1]) {
        const away = shares
          .filter((share) => share >= 0)
          .map((share) => contrast(fillOf(signed, sign * share, theme), palettes[theme].zero));
        expect(away.every((c, k) => k === 0 || c >= away[k - 1] - 0.02)).toBe(true);
        expect(away.at(-1)).toBeGreaterThan(3);
      }
    }
  });

  test("end where the domain ends; ∞ looks like the end, NaN like zero, a negative activation like zero", () => {
    for (const theme of themes) {
      const { negative, positive, zero } = palettes[theme];
      const fills = (role: Role, ...values: number[]) =>
        values.map((value) => fillOf({ role, gradient: false, domain: 2 }, value, theme));
      expect(fills("signed", 2, 3, Number.POSITIVE_INFINITY, -2, -9)).toEqual([
        positive,
        positive,
        positive,
        negative,
        negative,
      ]);
      expect(fills("positive", -1, Number.NaN)).toEqual([zero, zero]);
      expect(fills("pixel", -1, 0, 1, 2, 3)).toEqual(["#000000", "#000000", "#808080", "#ffffff", "#ffffff"]);
    }
  });
});

describe("text", () => {
  test("on any fill of any scale, in both themes, has a contrast of at least 4.5", () => {
    for (const theme of themes) {
      for (const role of roles) {
        const fills = shares.map((share) => fillOf({ role, gradient: false, domain: 1 }, share, theme));
        const worst = Math.min(...fills.map((fill) => contrast(fill, inkOn(fill))));
        expect(worst).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test("black on white is 21, and white is chosen on black", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 10);
    expect([inkOn("#000000"), inkOn("#ffffff"), inkOn("#f7f7f7")]).toEqual(["#ffffff", "#000000", "#000000"]);
  });

  test.each(themes)("beside the cells is readable in the %s theme", (theme) => {
    const { surface, sunken, ink, inkSecond, inkThird, negativeInk, positiveInk, accent } = palettes[theme];
    for (const text of [ink, inkSecond, inkThird, negativeInk, positiveInk, accent]) {
      for (const below of [surface, sunken]) expect(contrast(text, below)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

/** Machado, Oliveira and Fernandes (2009), severity 1, on amounts of light. */
const blindness = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIELAB of an amount of light (D65). */
function labOf([r, g, b]: readonly number[]): number[] {
  const x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047;
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883;
  const [fx, fy, fz] = [x, y, z].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116));
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

describe("the two ends", () => {
  test.each(themes.flatMap((theme) => Object.keys(blindness).map((name) => [theme, name] as const)))(
    "in the %s theme are at least 93 apart (CIE76) under %s",
    (theme, name) => {
      const matrix = blindness[name as keyof typeof blindness];
      const seen = [palettes[theme].negative, palettes[theme].positive].map((hex) => {
        const light = linearLight(readHex(hex));
        return labOf(
          matrix.map((row) =>
            Math.min(
              1,
              Math.max(
                0,
                row.reduce((sum, part, k) => sum + part * light[k], 0),
              ),
            ),
          ),
        );
      });
      expect(Math.hypot(...seen[0].map((part, k) => part - seen[1][k]))).toBeGreaterThanOrEqual(93);
    },
  );
});
