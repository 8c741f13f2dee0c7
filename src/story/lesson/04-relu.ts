// Step 4: ReLU, its graph and that of its derivative, the kink at zero, and what it does to the three maps.
import { counted } from "../../base/counted.ts";
import type { Account } from "../../trace/account.ts";
import type { Opened } from "../opened.ts";
import { type Block, formula, type LessonContent, planeOf, row, suggestion, table, text } from "./blocks.ts";
import { type CurvePoint, reluCurve } from "./curve.ts";
import { type Point, plot } from "./draw.ts";
import { cells, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";
import { openWorked, type Worked } from "./worked.ts";

export async function activation({ opened, changes }: Setting): Promise<LessonContent> {
  const example = await openWorked("relu", changes);
  const curve = await reluCurve();
  return {
    values: {
      ...cells(example.opened, "input", "example."),
      ...cells(example.opened, "relu1.out", "example."),
      ...Object.fromEntries(example.accounts.filter(isGradient).map((each) => [`example.${each.address}`, each.value])),
      ...cells(opened, "relu1.out"),
      closedGates: closedOf(opened),
    },
    accounts: [...example.accounts, opened.at("relu1.out[1,2,0]"), opened.at("relu1.out[2,2,1]")],
    blocks: [
      text(
        "After every convolution stands a function that is not a straight line; without it, many layers would be no more than one. The usual one lets positive numbers through and holds the others back:",
      ),
      formula("ReLU(x) = max(0, x)        ReLU′(x) = 1 where x > 0, else 0"),
      ...gates(example),
      ...graphs(curve),
      ...maps(opened),
      suggestion(4, "input[0,0,0]=3"),
    ],
  };
}

const isGradient = ({ address }: Account) => address.startsWith("grad(");

const slopeOf = ({ terms }: Account) => terms[0].factors[1].value;

function closedOf(opened: Opened): number {
  return [...opened.tensor("conv1.out").data].filter((value) => value <= 0).length;
}

function gates({ accounts }: Worked): Block[] {
  const rows = accounts
    .filter((account) => !isGradient(account))
    .map((account) => {
      const state = account.choice?.tie ? "closed, exactly on the kink" : slopeOf(account) > 0 ? "open" : "closed";
      return [n(account.terms[0].factors[0].value), n(account.value), n(slopeOf(account)), state];
    });
  return [
    text("The worked example, a network of one ReLU:"),
    table([["x", "ReLU(x)", "ReLU′(x)", "the gate is"], ...rows], [3]),
  ];
}

/** Both graphs, from the numbers that the operation gives at the samples: −4 … 4 in steps of an eighth. */
function graphs(curve: readonly CurvePoint[]): Block[] {
  const points = curve.map(({ x, value }): Point => [x, value]);
  const slopes = curve.map(({ x, slope }): Point => [x, slope]);
  const kink = curve.findIndex((point) => point.kink);
  const open: Point = [0, slopes[slopes.length - 1][1]];
  const value = plot(
    [
      { mark: "•", points },
      { mark: "◆", points: [points[kink]] },
    ],
    { width: 65, height: 9 },
  );
  const slope = plot(
    [
      { mark: "•", points: slopes },
      { mark: "○", points: [open] },
      { mark: "◆", points: [slopes[kink]] },
    ],
    { width: 65, height: 3 },
  );
  return [
    row({ title: "ReLU(x); ◆ is the kink", lines: value }),
    row({ title: "ReLU′(x); ◆ is the choice at 0, ○ the value not taken", lines: slope }),
    text(
      "At x = 0 the graph has a kink: from the left the slope is 0, from the right 1, and there is no derivative.",
      `One has to be chosen. Here, as in PyTorch and TensorFlow, ReLU′(0) = ${n(slopes[kink][1])}: a gate that stands exactly at 0 is closed.`,
    ),
  ];
}

function maps(opened: Opened): Block[] {
  const [before, after] = ["conv1.out", "relu1.out"].map((name) => opened.tensor(name));
  const closed = closedOf(opened);
  const rows = ["V", "H", "D"].map((name, c) => {
    const values = planeOf(before, c);
    const marked = values.flatMap((line, i) => line.flatMap((value, j) => (value > 0 ? [] : [[i, j] as const])));
    const result = { title: `${name} after`, values: planeOf(after, c), marked };
    return row({ title: `${name} before`, values, marked }, "→", result);
  });
  return [
    text("In the 6×6 network, before (conv1.out) and after (relu1.out); closed gates are marked:"),
    ...rows,
    text(
      `${counted(closed, "gate")} of ${before.data.length} ${closed === 1 ? "is" : "are"} closed. No number passes there, and later no gradient.`,
    ),
  ];
}
