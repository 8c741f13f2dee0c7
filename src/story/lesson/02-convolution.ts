// Step 2: one number of a convolution, its nine products, its place in the map; and the same with the kernel turned.
import type { Account } from "../../trace/account.ts";
import {
  type Block,
  formula,
  type LessonContent,
  planeOf,
  row,
  suggestion,
  termTable,
  text,
  windowCells,
} from "./blocks.ts";
import { arithmetic, cells, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";
import { openWorked, type Worked } from "./worked.ts";

/** The cell of the 6×6 network's map that the lesson follows. */
const followed = "conv1.out[1,2,0]";

export async function convolution({ opened, changes }: Setting): Promise<LessonContent> {
  const plain = await openWorked("conv2d", changes);
  const kernel = [...plain.opened.tensor("conv1.kernel").data].toReversed();
  const pixels = changes.filter(({ name }) => name === "input");
  const turned = await openWorked("conv2d", pixels, { parameters: { kernel } });
  const account = opened.at(followed);
  return {
    values: {
      ...cells(plain.opened, "input", "example."),
      ...cells(plain.opened, "conv1.kernel", "example."),
      ...Object.fromEntries(productsOf(plain).flatMap(named)),
      ...cells(plain.opened, "conv1.out", "example."),
      ...cells(turned.opened, "conv1.kernel", "flipped."),
      ...cells(turned.opened, "conv1.out", "flipped."),
      [followed]: account.value,
    },
    accounts: [plain.accounts[0], turned.accounts[0], account],
    blocks: [
      ...oneNumber(plain),
      ...itsPlace(plain),
      ...flipped(turned, plain.accounts[0]),
      text(
        `In the lesson's 6×6 network the same kernel meets x, three rows and three columns from (1,2): V(1,2) = ${arithmetic(account)}.`,
      ),
      suggestion(2, "conv1.kernel[0,0,0,0]=2"),
    ],
  };
}

/** The products of the first cell, row by row of the kernel. */
function productsOf({ opened, accounts: [account] }: Worked): number[][] {
  const [height, width] = opened.tensor("conv1.kernel").shape;
  const products = account.terms.map(({ value }) => value);
  return Array.from({ length: height }, (_, m) => products.slice(m * width, (m + 1) * width));
}

const named = (values: readonly number[], m: number) =>
  values.map((value, k) => [`example.product[${m},${k}]`, value] as const);

function oneNumber(plain: Worked): Block[] {
  const kernel = plain.opened.tensor("conv1.kernel");
  const marked = windowCells(kernel.shape[0], kernel.shape[1]);
  return [
    text(
      "A kernel is a small matrix of weights. It is laid on the picture, the numbers that lie on one another are multiplied, and the products are added: one number of the map. The worked example, a network of one convolution:",
    ),
    row(
      { title: "image I", values: planeOf(plain.opened.tensor("input"), 0), marked },
      "·",
      { title: "kernel K", values: planeOf(kernel, 0, 0) },
      "→",
      { title: "products", values: productsOf(plain) },
    ),
    formula("O(i,j) = Σ_m Σ_n I(i+m, j+n) · K(m,n)"),
    termTable(plain.accounts[0]),
  ];
}

/** Where the number stands, and what the kernel finds one cell further. */
function itsPlace({ opened, accounts: [account] }: Worked): Block[] {
  const next = opened.at("conv1.out[0,1,0]");
  return [
    text(`So O(0,0) = ${arithmetic(account)}. It stands at (0,0) of the map, because the kernel lay at (0,0):`),
    row({ title: "map O", values: planeOf(opened.tensor("conv1.out"), 0), marked: [[0, 0]] }),
    text(`One cell to the right it finds O(0,1) = ${arithmetic(next)}. The weights are the same everywhere.`),
  ];
}

function flipped({ opened, accounts: [turned] }: Worked, plain: Account): Block[] {
  const opposite = plain.value === -turned.value && turned.value !== 0;
  return [
    text(
      "What every framework calls convolution, and this lesson too, is the cross-correlation: the kernel is not turned. The convolution of the textbooks turns it by 180° first:",
    ),
    row({ title: "K turned", values: planeOf(opened.tensor("conv1.kernel"), 0, 0) }),
    text(
      `With it O(0,0) = ${arithmetic(turned)}: ${n(plain.value)} becomes ${turned.value > 0 ? "+" : ""}${n(turned.value)}.`,
      opposite ? "For this kernel turning changes every sign, so it is the opposite." : "",
      "A network learns its kernels, so it does not matter which of the two it computes.",
    ),
  ];
}
