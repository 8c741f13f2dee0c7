// Step 10: the whole network as one function, one pixel's way through it, and the same on a network just trained.
import { counted } from "../../base/counted.ts";
import { cellAt } from "../../base/shape.ts";
import { largest } from "../../nn/trainer.ts";
import type { Account } from "../../trace/account.ts";
import type { Opened } from "../opened.ts";
import { type Block, formula, type LessonContent, row, suggestion, table, text } from "./blocks.ts";
import { bar, halfShades, type Point, plot } from "./draw.ts";
import { cells, equals, n } from "./numbers.ts";
import type { Setting } from "./setting.ts";
import { type Trained, trainSmall } from "./trained.ts";

/** One way of pixel (2,2) to the first logit: through cell (1,2) of channel V, which lies in the pool's window (0,1). */
const way = {
  pixel: "input[2,2,0]",
  x: "rescale1.out[2,2,0]",
  map: "conv1.out[1,2,0]",
  gate: "relu1.out[1,2,0]",
  pool: "pool1.out[0,1,0]",
  flat: "flatten1.out[3]",
  logit: "logits[0]",
};

export async function whole({ opened, host }: Setting): Promise<LessonContent> {
  const trained = await trainSmall(host);
  const told = tellWay(opened);
  const opening = openTrained(trained);
  return {
    values: {
      ...cells(opened, "logits"),
      ...cells(opened, "probs"),
      loss: opened.value("loss"),
      ...told.values,
      ...trainedValues(trained),
    },
    accounts: [...told.accounts, ...opening.accounts],
    blocks: [
      text("All steps are one function, and its parameters K, W, β are all that is learnt:"),
      formula("Y = f(Dense(Flatten(Pool(ReLU(Conv(I, K))))))        f = softmax"),
      layers(opened),
      ...told.blocks,
      suggestion(10, "input[2,2,0]=153"),
      ...opening.blocks,
    ],
  };
}

/** Every layer: shape, parameters, and a sample of its numbers. */
function layers(opened: Opened): Block {
  const { nodes } = opened.network;
  const rows = nodes.map(({ name, op, site, parameters }) => {
    const learnt = Object.values(parameters).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return [name, op, site.output.length > 0 ? site.output.join("×") : "one number", String(learnt)];
  });
  return table([["layer", "operation", "output", "parameters"], ...rows], [0, 1, 2]);
}

interface Told {
  readonly values: Readonly<Record<string, number>>;
  readonly accounts: readonly Account[];
  readonly blocks: readonly Block[];
}

/** Forward along one way, then how the logit answers to the pixel over all ways. */
function tellWay(opened: Opened): Told {
  const open = (address: string) => opened.at(address);
  const [map, gate, pool, logit] = [way.map, way.gate, way.pool, way.logit].map(open);
  const [byX, byPixel] = [way.x, way.pixel].map((address) => open(`grad(${way.logit}):${address}`));
  const inMap = termWith(map, way.x);
  const inLogit = termWith(logit, way.flat);
  const passes = slopeOf(gate) > 0 && pool.choice?.address === way.gate;
  const share = passes ? inMap.value * inLogit.weight : 0;
  const paths = byX.terms.filter((term) => term.live).length;
  const stations = [way.pixel, way.x, way.map, way.gate, way.pool, byX.address, byPixel.address];
  return {
    values: {
      ...Object.fromEntries(stations.map((address) => [address, opened.value(address)])),
      "way.ofMap": inMap.value,
      "way.ofLogit": inLogit.value,
      "way.share": share,
      livePaths: paths,
    },
    accounts: [logit, map, gate, pool, byX, byPixel, open("loss")],
    blocks: [
      text(`Pixel (2,2) on its way to the logit of "vertical", z(0) ${equals(logit.value, 6)}:`),
      stationTable(opened, inMap, inLogit, share),
      text(
        `That is one way. Back from the logit over all of them, ${counted(paths, "live path")}, ∂z(0)/∂x ${equals(byX.value, 6)}, and ∂z(0)/∂pixel ${equals(byPixel.value, 17)}.`,
      ),
    ],
  };
}

/** What is stored at each station of the way, and what happens to the pixel's part there. */
function stationTable(opened: Opened, inMap: Part, inLogit: Part, share: number): Block {
  const open = slopeOf(opened.at(way.gate)) > 0;
  const winner = opened.at(way.pool).choice?.address;
  const stations = [
    [way.pixel, "the pixel"],
    [way.x, "divided"],
    [way.map, `the pixel gives ${n(inMap.value)} of it: x · K(1,0) = ${n(opened.value(way.x))} · ${n(inMap.weight)}`],
    [way.gate, open ? "the gate is open" : "the gate is closed: the way ends here"],
    [way.pool, winner === way.gate ? "wins its window" : `the window is won by ${winner}: the way ends here`],
    [way.logit, `this cell gives ${n(inLogit.value)} of it, the pixel ${n(share)}`],
  ];
  const rows = stations.map(([address, what]) => [address, n(opened.value(address), 6), what]);
  return table([["where", "value", "what happens"], ...rows], [0, 2]);
}

/** A term of a sum: its value, and what the cell that it reads is multiplied with. */
interface Part {
  readonly value: number;
  readonly weight: number;
}

function termWith({ terms }: Account, address: string): Part {
  const found = terms.find(({ factors }) => factors[0].address === address);
  return { value: found?.value ?? 0, weight: found?.factors[1].value ?? 0 };
}

const slopeOf = ({ terms }: Account) => terms[0].factors[1].value;

/** The largest gradient of the first kernel's weights, the label's logit: one number forward, one backward, one update. */
function openTrained(trained: Trained): { readonly accounts: Account[]; readonly blocks: Block[] } {
  const { opened, label } = trained;
  const { shape, data } = opened.tensor("grad:conv1.kernel");
  const steepest = largest(Float64Array.from(data, Math.abs));
  const weight = `conv1.kernel[${cellAt(shape, steepest).join(",")}]`;
  const accounts = [`logits[${label}]`, `probs[${label}]`, "loss", `grad:${weight}`, `next:${weight}`].map((address) =>
    opened.at(address),
  );
  const rows = accounts.map(({ address, value, terms }) => [address, n(value), counted(terms.length, "term")]);
  return {
    accounts,
    blocks: [
      ...training(trained),
      table([["number", "value", "made of"], ...rows]),
      text(
        `The same laws, only more terms: ${accounts[3].address} is the sum of ${counted(accounts[3].terms.length, "product")}, ${accounts[3].terms.filter((term) => term.live).length} of them not 0, and every one can be opened: cutaway explain.`,
      ),
    ],
  };
}

function training(trained: Trained): Block[] {
  const { settings, parameters, losses } = trained;
  const points = losses.map((loss, k): Point => [k + 1, loss]);
  return [
    text(
      `Now the same function on 28×28 pictures, with ${parameters} parameters, just trained while you waited: ${settings.pictures} of the embedded digits, ${settings.epochs} times, in batches of ${settings.batchSize}, η = ${n(settings.learningRate)}, momentum ${n(settings.momentum)}, seed ${settings.seed}. (--set changes the 6×6 network only.)`,
    ),
    row({
      title: `loss of each of ${losses.length} batches`,
      lines: plot([{ mark: "•", points }], { width: 66, height: 10 }),
    }),
    ...reading(trained),
  ];
}

/** How well it reads, and what it says of one picture. */
function reading({ settings, accuracy, label, classes, picture, opened }: Trained): Block[] {
  const probs = opened.tensor("probs").data;
  const guess = largest(probs);
  const lines = classes.map(
    (name, k) => `${k === label ? "→" : " "} ${name} │${bar(probs[k], 24).padEnd(24)} ${n(probs[k])}`,
  );
  return [
    text(
      `Of ${settings.tested} digits that it never saw it reads ${n(100 * accuracy)} % right, where guessing gives about ${n(100 / classes.length)} %.`,
      `The first of them is a ${classes[label]}; it ${guess === label ? "says so" : `takes it for a ${classes[guess]}`}:`,
    ),
    row({ title: "", lines: halfShades(picture) }, { title: "probabilities", lines }),
  ];
}

function trainedValues({ losses, accuracy, opened, settings }: Trained): Record<string, number> {
  return {
    "trained.pictures": settings.pictures,
    "trained.steps": losses.length,
    "trained.firstLoss": losses[0],
    "trained.lastLoss": losses[losses.length - 1],
    "trained.accuracy": accuracy,
    ...cells(opened, "logits", "trained."),
    ...cells(opened, "probs", "trained."),
    "trained.loss": opened.value("loss"),
  };
}
