// Step 6: three kernels, vertical, horizontal and diagonal: one filter gives one channel.
import { sizeOf } from "../../base/shape.ts";
import type { Account } from "../../trace/account.ts";
import type { Opened } from "../opened.ts";
import { type Block, formula, type LessonContent, planeOf, row, suggestion, text, windowCells } from "./blocks.ts";
import { arithmetic, cells } from "./numbers.ts";
import type { Setting } from "./setting.ts";

const kinds = ["V, vertical", "H, horizontal", "D, diagonal"];

export async function kernels({ opened }: Setting): Promise<LessonContent> {
  const { shape } = opened.tensor("conv1.kernel");
  const accounts = kinds.map((_, f) => opened.at(`conv1.out[1,2,${f}]`));
  return {
    values: { ...cells(opened, "conv1.kernel"), ...cells(opened, "conv1.out"), parameters: sizeOf(shape) },
    accounts,
    blocks: [
      text(
        "A layer has several kernels, its filters. Each slides over the whole picture and gives a map of its own, a channel of the output: one filter, one channel.",
        `Their weights stand in one tensor, (row, column, input channel, filter), ${shape.join("×")}: ${sizeOf(shape)} weights for any size of picture.`,
      ),
      row(...kinds.map((title, f) => ({ title, values: planeOf(opened.tensor("conv1.kernel"), 0, f) }))),
      ...onOneWindow(opened, accounts),
      text("Everywhere at once, that gives three maps, conv1.out, stacked to H×W×C:"),
      row(...kinds.map((title, f) => mapOf(opened, `${title[0]} (channel ${f})`, f))),
      suggestion(6, "conv1.kernel[1,1,0,0]=1"),
    ],
  };
}

function mapOf(opened: Opened, title: string, channel: number) {
  return { title, values: planeOf(opened.tensor("conv1.out"), channel), marked: [[1, 2]] as const };
}

function onOneWindow(opened: Opened, accounts: readonly Account[]): Block[] {
  const [height, width] = opened.tensor("conv1.kernel").shape;
  const marked = windowCells(height, width, 1, 2);
  return [
    text(
      "As they begin, V compares left with right and answers to vertical edges, H compares top with bottom, D one corner with the other. All three lie on the same window of x:",
    ),
    row({ title: "x: rescale1.out", values: planeOf(opened.tensor("rescale1.out"), 0), marked }),
    ...accounts.map((account, f) => formula(`${kinds[f][0]}(1,2) = ${arithmetic(account)}`)),
  ];
}
