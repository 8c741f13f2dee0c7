// What is learnt from: the drawn digits of the package, or classes that a person drew; and the network that learns.
import { type Backend, type Dataset, dataset, lesson, type Model, modelFromGraph, parseGraph } from "cutaway";
import { digits, digitsForm, drawStrokes, scribbles } from "cutaway/digits";
import { lenet5 } from "cutaway/presets";
import { backendFacts, wasm } from "cutaway/wasm";
import type { TrainSettings } from "./train-kinds.ts";

export interface Material {
  readonly train: Dataset;
  /** Tested while it trains, and once at the end of a go. */
  readonly test: Dataset;
  readonly final: Dataset;
  /** Whether the test pictures are others than those it learns from. */
  readonly unseen: boolean;
  /** Passes over the data in one go. */
  readonly passes: number;
}

/** Pictures that the digits are learnt from: three times as many as the package draws unless asked. */
const drawnDigits = 60_000;
/** Pictures of the tests that are made while it trains. */
const few = 500;

let drawn: Material | undefined;

export function materialOf({ data, classes }: TrainSettings): Material {
  if (data === "digits") {
    drawn ??= {
      train: digits({ count: drawnDigits }),
      test: digits({ split: "test", count: few }),
      final: digits({ split: "test" }),
      unseen: true,
      passes: 4,
    };
    return drawn;
  }
  const pictures = classes.flatMap(({ drawings }, label) =>
    drawings.map((strokes) => ({ label, pixels: drawStrokes(strokes) })),
  );
  const train = dataset({
    images: pictures.map(({ pixels }) => pixels),
    labels: pictures.map(({ label }) => label),
    shape: digitsForm.shape,
    classes: classes.map(({ name }) => name),
    input: digitsForm,
    where: "your drawings",
  });
  return { train, test: train, final: train, unseen: false, passes: 150 };
}

/** The network of Build where there is one, else a preset for as many classes as there are. */
export function modelOf({ plan, net }: TrainSettings, { train }: Material): Model {
  if (plan !== "") return modelFromGraph(parseGraph(JSON.parse(plan), "the network of Build"));
  const options = { shape: train.shape, classes: train.classes.length };
  return net === "lenet5" ? lenet5(options) : lesson(options);
}

/** What "auto" comes to here, on so many threads at most: one of the machine's is the page's own, which has to answer. No number of threads changes
 * a bit. */
export async function backendWith(threads: number): Promise<Backend> {
  const { backend } = await backendFacts("auto");
  return backend === "wasm" ? wasm({ threads: Math.max(1, threads) }) : "auto";
}

/** A copy with the numbers that the model had at some step. */
export function copyOf(model: Model, numbers: ReturnType<Model["snapshot"]>): Model {
  const copy = model.copy();
  copy.restore(numbers);
  return copy;
}

/** How many of either kind: a second's work. */
const judged = 3000;
let known: { readonly known: ReturnType<typeof digits>; readonly strangers: ReturnType<typeof scribbles> } | undefined;

/** Digits that no run learns from, and pictures that are none. */
export function judges() {
  known ??= { known: digits({ count: judged, seed: 977 }), strangers: scribbles({ count: judged }) };
  return known;
}
