// Step 5: 2×2 max pooling: the largest of four goes on, and later only it gets a gradient.
import { cellAt } from "../../base/shape.ts";
import type { Account } from "../../trace/account.ts";
import { parseAddress } from "../../trace/address.ts";
import type { Opened } from "../opened.ts";
import { type Block, type Cell, formula, type LessonContent, planeOf, row, suggestion, table, text } from "./blocks.ts";
import { arithmetic, cells, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";
import { openWorked, type Worked } from "./worked.ts";

export async function pooling({ opened, changes }: Setting): Promise<LessonContent> {
  const example = await openWorked("maxPool2d", changes);
  const [pools, own] = [example.opened, opened].map(accountsOf);
  const gradients = example.accounts.slice(1);
  return {
    values: {
      ...cells(example.opened, "input", "example."),
      ...cells(example.opened, "pool1.out", "example."),
      ...Object.fromEntries(gradients.map(({ address, value }) => [`example.${address}`, value])),
      ...cells(opened, "pool1.out"),
      ...Object.fromEntries(own.map(({ address, choice }) => [`margin(${address})`, choice?.margin ?? 0])),
    },
    accounts: [...pools, ...gradients, ...own],
    blocks: [
      ...worked(example, pools),
      text(
        "Of several equal numbers the first wins, row by row. Rows and columns that fill no window are dropped, so 11 becomes 5.",
        "What does not win has no influence: its gradient is 0, while the winner's is that of the output.",
      ),
      table([["gradient", "value"], ...gradients.map(({ address, value }) => [address, n(value)])]),
      text("In the 6×6 network, after ReLU:"),
      ...["V", "H", "D"].map((name, c) => mapsOf(opened, own, name, c)),
      winners(own),
      suggestion(5, "input[0,0,0]=9"),
    ],
  };
}

/** Every cell of the pooled maps. */
function accountsOf(opened: Opened): Account[] {
  const { shape, data } = opened.tensor("pool1.out");
  return Array.from(data, (_, k) => opened.at(`pool1.out[${cellAt(shape, k).join(",")}]`));
}

/** Row and column of the cell that won. */
function winnerOf({ choice }: Account): Cell {
  const [i = 0, j = 0] = choice ? (parseAddress(choice.address).cell ?? []) : [];
  return [i, j];
}

function worked({ opened, accounts: [first] }: Worked, pools: readonly Account[]): Block[] {
  return [
    text(
      "Max pooling keeps the largest number of each 2×2 window: the map becomes half as high and half as wide, and a pattern that moves by one cell often gives the same number. The worked example, a network of one pooling layer; the winners are marked:",
    ),
    row({ title: "input", values: planeOf(opened.tensor("input"), 0), marked: pools.map(winnerOf) }, "→", {
      title: "pool1.out",
      values: planeOf(opened.tensor("pool1.out"), 0),
    }),
    formula(`O(0,0) = ${arithmetic(first)}`),
    winners(pools),
  ];
}

function winners(pools: readonly Account[]): Block {
  const rows = pools.map(({ address, value, choice }) => {
    const margin = choice?.tie ? "a tie" : n(choice?.margin ?? 0);
    return [address, n(value), choice?.address ?? "", margin];
  });
  return table([["window", "value", "winner", "beats the next by"], ...rows], [0, 2]);
}

function mapsOf(opened: Opened, accounts: readonly Account[], name: string, c: number): Block {
  const own = accounts.filter(({ address }) => parseAddress(address).cell?.[2] === c);
  return row(
    { title: `${name} after ReLU`, values: planeOf(opened.tensor("relu1.out"), c), marked: own.map(winnerOf) },
    "→",
    { title: `${name} pooled`, values: planeOf(opened.tensor("pool1.out"), c) },
  );
}
