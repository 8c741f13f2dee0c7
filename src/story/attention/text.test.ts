// Maps of attention as text: shades in a frame, marks below zero, blocks where a map is wide, and always a legend.
import { expect, test } from "vitest";
import { sequential } from "../../nn/build.ts";
import { conv2d, dense, flatten } from "../../nn/layers.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image } from "../lesson6.ts";
import { gradCam } from "./grad-cam.ts";
import { occlusion } from "./occlusion.ts";
import { saliency } from "./saliency.ts";
import { attentionToText } from "./text.ts";

const target = "logits[0]";

test("shades in a frame, and a legend", async () => {
  const opened = await explain(lesson6(), { input: lesson6Image });
  const text = attentionToText(gradCam(opened, { target })).split("\n");
  expect(text[0]).toContain("Grad-CAM of logits[0]: G(i,j) = ReLU(Σ_c α(c)·A(i,j,c))");
  expect(text[1]).toBe("4×4 cells; layer relu1, channels 3");
  expect(text.slice(2, 8)).toEqual([
    "┌────────┐",
    "│  ░░░░  │",
    "│  ▒▒░░  │",
    "│░░░░░░  │",
    "│░░░░    │",
    "└────────┘",
  ]);
  expect(text[8]).toBe("0 … 0.5, blank ░▒▓█");
  expect(text[9]).toBe("strongest: row 1, column 1: ≈ 0.2109, pixels of rows 1…3, columns 1…3");
  const signed = attentionToText(await occlusion(lesson6(), { input: lesson6Image, target }));
  expect(signed).toContain("│..▒▒░░▒▒▓▓  │");
  expect(signed).toContain("−0.5 … 0 … +0.5, shades ░▒▓█ above 0, marks . - = # below");
});

test("a wide map is drawn in blocks", async () => {
  const model = sequential([4, 90, 1], conv2d({ filters: 1, kernelSize: 3 }), flatten(), dense({ units: 2 }));
  model.initialize(3);
  const from = await explain(model, { input: new Float64Array(360).fill(1) });
  const text = attentionToText(saliency(from, { target: "logits[1]" }));
  expect(text).toContain("each cell is the strongest of 3×3");
  expect(
    Math.max(
      ...text
        .split("\n")
        .slice(2, -2)
        .map((line) => line.length),
    ),
  ).toBe(62);
});
