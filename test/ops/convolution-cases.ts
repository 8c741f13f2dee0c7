// Random convolutions with their numbers, for tests of kernels, and what the definition makes of them.
import type { InstructionSet } from "../../src/backend/wasm/machine.ts";
import type { RandomStream } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/shape.ts";
import { type Conv2dOptions, op } from "../../src/ops/conv2d/op.ts";
import { reference } from "../../src/ops/conv2d/reference.ts";
import type { Site } from "../../src/ops/op.ts";
import type { Padding, Pair } from "../../src/ops/options.ts";

export type Epilogue = "none" | "relu" | "pool";

/** A convolution with its numbers, for some images. */
export interface Case {
  readonly label: string;
  readonly set: InstructionSet;
  readonly site: Site<Conv2dOptions>;
  readonly epilogue: Epilogue;
  readonly images: number;
  /** Whether the input and the output belong to records; else to images, as everything else does. */
  readonly records: boolean;
  /** Whether the input gradient is added to what is there, written, or not wanted. */
  readonly inputGradient: "add" | "write" | "none";
  readonly inputs: Float32Array[];
  readonly outputGradients: Float32Array[];
  readonly before: Float32Array[];
  readonly kernel: Float32Array;
  readonly bias: Float32Array | undefined;
}

export type Numbers = Readonly<Record<string, number[]>>;

const pooled = ([rows, columns, filters]: readonly number[]) => [rows >> 1, columns >> 1, filters];
/** Shape of what the epilogue gives. */
export const outputShape = ({ site, epilogue }: Pick<Case, "site" | "epilogue">) =>
  epilogue === "pool" ? pooled(site.output) : site.output;

/** A random case, or nothing where the settings do not fit. `whole`: small whole numbers, whose sums are exact. */
export function caseOf(random: RandomStream, set: InstructionSet, whole: boolean): Case | undefined {
  const { below, uniform } = random;
  const pairOf = (least: number, most: number): Pair => [
    least + below(most - least + 1),
    least + below(most - least + 1),
  ];
  const channels = 1 + below(9);
  const groups = [1, 1, 1, channels, channels % 2 === 0 ? 2 : 1][below(5)];
  const plain = below(2) === 0;
  const options: Conv2dOptions = {
    filters: groups * (1 + below(below(2) === 0 ? 9 : 20)),
    kernelSize: pairOf(1, 4),
    strides: plain ? [1, 1] : pairOf(1, 3),
    dilationRate: plain ? [1, 1] : pairOf(1, 2),
    groups,
    padding: (["valid", "same", [pairOf(0, 3), pairOf(0, 3)]] as Padding[])[below(3)],
    useBias: below(2) === 1,
  };
  const image = [1 + below(14), 1 + below(16), channels];
  const site = siteOf(options, image);
  if (!site) return undefined;
  const fits = site.output[0] > 1 && site.output[1] > 1;
  const epilogue = (["none", "relu", fits ? "pool" : "relu"] as const)[below(3)];
  const number = whole ? () => below(9) - 4 : () => Math.fround(2 * uniform() - 1);
  return fill({ site, epilogue, set, random, number });
}

function siteOf(options: Conv2dOptions, image: readonly number[]): Site<Conv2dOptions> | undefined {
  try {
    return { options, inputs: [image], output: op.shape(options, [image], "conv1") };
  } catch {
    return undefined;
  }
}

/** Numbers for a site. */
export function fill(spec: {
  readonly site: Site<Conv2dOptions>;
  readonly epilogue: Epilogue;
  readonly set: InstructionSet;
  readonly random: RandomStream;
  readonly number: () => number;
  readonly images?: number;
}): Case {
  const { site, epilogue, set, random, number } = spec;
  const images = spec.images ?? 1 + random.below(5);
  const tensor = (size: number) => Float32Array.from({ length: size }, number);
  const perImage = (shape: readonly number[]) => Array.from({ length: images }, () => tensor(sizeOf(shape)));
  const { kernel, bias } = op.parameters(site.options, site.inputs);
  return {
    label: `${set} ${epilogue} ${JSON.stringify(site)} ×${images}`,
    set,
    site,
    epilogue,
    images,
    records: random.below(2) === 0,
    inputGradient: (["add", "write", "none"] as const)[random.below(3)],
    inputs: perImage(site.inputs[0]),
    outputGradients: perImage(outputShape({ site, epilogue })),
    before: perImage(site.inputs[0]),
    kernel: tensor(sizeOf(kernel.shape)),
    bias: bias && tensor(sizeOf(bias.shape)),
  };
}

/** What the definition gives, with ReLU and pooling around it in plain loops. */
export function truth(one: Case): Numbers {
  const { site, bias } = one;
  const parameters = { kernel: Float64Array.from(one.kernel), ...(bias && { bias: Float64Array.from(bias) }) };
  const kernelGradient = new Float64Array(one.kernel.length);
  const biasGradient = new Float64Array(site.options.filters);
  const found = one.inputs.map((image, k) => {
    const input = Float64Array.from(image);
    const output = new Float64Array(sizeOf(site.output));
    const values = { inputs: [input], output, parameters, label: 0 };
    reference.forward(site, values);
    const after = throughEpilogue(one, output, Float64Array.from(one.outputGradients[k]));
    const inputGradient =
      one.inputGradient === "add" ? Float64Array.from(one.before[k]) : new Float64Array(input.length);
    const gradients = {
      output: after.gradient,
      inputs: [inputGradient],
      parameters: { kernel: kernelGradient, ...(bias && { bias: biasGradient }) },
    };
    reference.backward(site, values, gradients);
    return { ...after, inputGradient };
  });
  return {
    output: found.flatMap(({ out }) => [...out]),
    ...(one.epilogue === "pool" && { winner: found.flatMap(({ winner }) => [...winner]) }),
    ...(one.inputGradient !== "none" && { inputGradient: found.flatMap(({ inputGradient }) => [...inputGradient]) }),
    kernelGradient: [...kernelGradient],
    ...(bias && { biasGradient: [...biasGradient] }),
  };
}

/** The epilogue's output, the winners, and ∂L/∂O of the convolution itself. */
function throughEpilogue({ site, epilogue }: Case, O: Float64Array, dOut: Float64Array) {
  if (epilogue === "none") return { out: O, winner: [], gradient: dOut };
  const relu = O.map((v) => Math.max(v, 0));
  if (epilogue === "relu") return { out: relu, winner: [], gradient: dOut.map((d, k) => (O[k] > 0 ? d : 0)) };
  const [, width, filters] = site.output;
  const [rows, columns] = pooled(site.output);
  const gradient = new Float64Array(O.length);
  const winner: number[] = [];
  const out = Float64Array.from({ length: rows * columns * filters }, (_, o) => {
    const [f, j, i] = [o % filters, Math.floor(o / filters) % columns, Math.floor(o / filters / columns)];
    const cells = [0, 1, 2, 3].map((k) => ((2 * i + (k >> 1)) * width + 2 * j + (k & 1)) * filters + f);
    const first = cells.reduce((best, cell) => (relu[cell] > relu[best] ? cell : best));
    winner.push(cells.indexOf(first));
    if (relu[first] > 0) gradient[first] = dOut[o];
    return relu[first];
  });
  return { out, winner, gradient };
}
