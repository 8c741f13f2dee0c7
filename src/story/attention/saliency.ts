// Saliency: how strongly a number reacts to each pixel, |∂z/∂x|, the largest over channels (Simonyan, Vedaldi, Zisserman 2013).
import type { Derivation } from "../../trace/terms.ts";
import { constant, type Factor } from "../../trace/terms.ts";
import type { Opened } from "../opened.ts";
import { type AttentionMap, checkCell, mapAccount, pictureShape } from "./map.ts";
import { guess, targetOf } from "./target.ts";

const law = {
  text: "max_c |∂z/∂x(i,j,c)|",
  latex: "\\max_c \\left|\\frac{\\partial z}{\\partial x(i,j,c)}\\right|",
};

export interface SaliencyOptions {
  /** The number z whose derivatives are drawn: one cell of a forward value, "logits[3]", "probs[3]", "relu1.out[1,2,0]"; of a batch with its sample,
   * "logits[3]@1". Default: the largest logit, of a batch that of sample 0. */
  readonly target?: string | undefined;
}

/** The map S(i,j) = max_c |∂z/∂x(i,j,c)| over all H×W pixels, 0 or more; of equal channels the first counts. Its numbers are the stored gradients
 * of `grad(target):input`, so it works on what either backend opened and needs no label. Throws `attention.target`, `attention.picture`. */
export function saliency(opened: Opened, { target: wanted }: SaliencyOptions = {}): AttentionMap {
  const { network, samples } = opened;
  const [height, width, channels] = pictureShape(network, "saliency");
  const first = samples === 1 ? "" : "@0";
  const text = wanted ?? `${guess(network, () => opened.tensor(`logits${first}`).data)}${first}`;
  const { address, sample } = targetOf(network, text, samples);
  const scope = `grad(${address}):input`;
  const slopes = opened.tensor(`${scope}${sample}`).data;
  const data = new Float64Array(height * width).fill(Number.NEGATIVE_INFINITY);
  for (let k = 0; k < slopes.length; k++) {
    const pixel = Math.floor(k / channels);
    const size = Math.abs(slopes[k]);
    if (size > data[pixel] || Number.isNaN(size)) data[pixel] = size;
  }
  const name = `saliency(${address})`;
  const shape = [height, width] as const;
  const derive = (row: number, column: number): Derivation => ({
    rule: "saliency",
    law,
    combine: "max",
    terms: Array.from({ length: channels }, (_, c) => {
      const value = slopes[(row * width + column) * channels + c];
      const slope = {
        symbol: `∂z/∂x(${row},${column},${c})`,
        address: `${scope}[${row},${column},${c}]${sample}`,
        value,
      };
      return sizeTerm(slope);
    }),
    notes: [`z stands for ${address} here.`],
  });
  return {
    kind: "saliency",
    target: address,
    formula: { text: `S(i,j) = ${law.text}`, latex: `S(i,j) = ${law.latex}` },
    stated: { channels: channels === 1 ? "the only one" : "the largest of each pixel" },
    shape,
    data,
    at(row, column) {
      checkCell(name, shape, row, column);
      return mapAccount(`${name}[${row},${column}]`, "saliency", derive(row, column), data[row * width + column]);
    },
    area(row, column) {
      checkCell(name, shape, row, column);
      return { rows: [row, row], columns: [column, column] };
    },
  };
}

/** |x| as a product: a number below 0, −0 too, gets the factor −1. */
function sizeTerm(slope: Factor): readonly Factor[] {
  return 1 / slope.value < 0 ? [constant("(−1)", "sign", -1), slope] : [slope];
}
