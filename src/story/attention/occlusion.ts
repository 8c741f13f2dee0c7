// Occlusion: how much a number loses when a patch hides a part of the picture (Zeiler and Fergus 2014).
import { eachInTurn, type Host } from "../../base/host.ts";
import { sizeOf } from "../../base/shape.ts";
import { fail as failModel } from "../../base/words/model.ts";
import { fail } from "../../base/words/story.ts";
import { type Backend, backendFacts } from "../../graph/backend.ts";
import { Model } from "../../nn/model.ts";
import type { Pixels } from "../../nn/trainer.ts";
import { formatNumber } from "../../trace/notation.ts";
import { constant, type Derivation } from "../../trace/terms.ts";
import { explain } from "../explain.ts";
import { machineFor } from "../machine.ts";
import type { Opened } from "../opened.ts";
import { type Area, type AttentionMap, areaText, checkCell, mapAccount, pictureShape } from "./map.ts";
import { guess, type Target, targetOf } from "./target.ts";

const law = { text: "z − z_occluded(i,j)", latex: "z - z_\\text{occluded}(i,j)" };

export interface OcclusionRequest {
  /** H·W·C numbers, row first, channels last. */
  readonly input: Pixels;
  /** The number z that the map is about: one cell of a forward value, "logits[3]", "probs[3]" … Default: the largest logit. */
  readonly target?: string | undefined;
  /** Rows and columns of the patch, 1 … the picture's shorter side. Default: a fifth of that side, rounded, at least 1. */
  readonly size?: number | undefined;
  /** From one patch to the next, from 1 up. Default: half the size, at least 1. */
  readonly stride?: number | undefined;
  /** What the patch shows in every channel. Default: the mean of all numbers of the picture. */
  readonly value?: number | undefined;
  /** Whose numbers: default "reference". */
  readonly backend?: Backend | undefined;
  readonly host?: Host | undefined;
}

export interface OcclusionMap extends AttentionMap {
  /** The picture with the patch of a cell, opened: its target is what the account calls z_occluded. Without a cell, the picture as it is. Throws
   * `attention.cell`. */
  opened(row?: number, column?: number): Promise<Opened>;
}

/** The map z − z_occluded(i,j): above 0 where the patch takes something from z, below 0 where it adds to it. Patch (i,j) begins at row i·stride
 * and column j·stride; the last ones end at the picture's edge, so that every pixel is hidden where the stride is at most the size. One forward
 * pass a cell, with pauses for the host; the model may go on training meanwhile. Throws `attention.target`, `attention.picture`,
 * `model.pixels`, and `option.value` for a size, stride or value out of range. */
export async function occlusion(model: Model, request: OcclusionRequest): Promise<OcclusionMap> {
  const { input, backend = "reference", host = model.host } = request;
  const { network } = model;
  const [height, width, channels] = pictureShape(network, "occlusion");
  const expected = sizeOf(network.input);
  if (input.length !== expected) failModel("model.pixels", { expected, received: input.length });
  const image = Float64Array.from(input);
  const patch = patchOf(request, image, [height, width]);
  const still = copyOf(model);
  const facts = await backendFacts(backend, host);
  const machine = await machineFor(still, facts);
  const run = (pixels: Pixels) => machine.forward(pixels, 0, new Map()).values;
  const values = run(image);
  const target = targetOf(network, request.target ?? guess(network, () => values[network.last].output));
  const z = values[target.node].output[target.offset];
  const shape = [count(height, patch), count(width, patch)] as const;
  const data = new Float64Array(shape[0] * shape[1]);
  const occluded = new Float64Array(data.length);
  const areaAt = (row: number, column: number): Area => {
    checkCell(`occlusion(${target.address})`, shape, row, column);
    return { rows: span(row, height, patch), columns: span(column, width, patch) };
  };
  const hidden = (row: number, column: number) => hide(image, width, channels, areaAt(row, column), patch.value);
  await eachInTurn(data.keys(), host, (k) => {
    const pixels = hidden(Math.floor(k / shape[1]), k % shape[1]);
    occluded[k] = run(pixels)[target.node].output[target.offset];
    data[k] = z - occluded[k];
  });
  return {
    kind: "occlusion",
    target: target.address,
    formula: { text: `D(i,j) = ${law.text}`, latex: `D(i,j) = ${law.latex}` },
    stated: { size: patch.size, stride: patch.stride, value: patch.value },
    shape,
    data,
    at(row, column) {
      const area = areaAt(row, column);
      const place = row * shape[1] + column;
      const derivation = derive(target, z, occluded[place], area, patch.value);
      return mapAccount(`occlusion(${target.address})[${row},${column}]`, "occlusion", derivation, data[place]);
    },
    area: areaAt,
    opened(row, column) {
      const pixels =
        row === undefined && column === undefined ? image : hidden(row ?? Number.NaN, column ?? Number.NaN);
      return explain(still, { input: pixels, backend, host });
    },
  };
}

interface Patch {
  readonly size: number;
  readonly stride: number;
  readonly value: number;
}

function patchOf(request: OcclusionRequest, image: Float64Array, [height, width]: readonly [number, number]): Patch {
  const side = Math.min(height, width);
  const { size = Math.max(1, Math.round(side / 5)) } = request;
  const { stride = Math.max(1, Math.floor(size / 2)) } = request;
  const { value = image.reduce((sum, pixel) => sum + pixel, 0) / image.length } = request;
  const where = "occlusion";
  if (!(Number.isInteger(size) && size >= 1 && size <= side)) {
    const expected = `a whole number 1…${side}: the picture is ${height}×${width}`;
    fail("option.value", { where, option: "size", expected, received: size });
  }
  if (!(Number.isSafeInteger(stride) && stride >= 1)) {
    fail("option.value", { where, option: "stride", expected: "a whole number from 1 up", received: stride });
  }
  if (!Number.isFinite(value)) {
    fail("option.value", { where, option: "value", expected: "a finite number", received: value });
  }
  return { size, stride, value };
}

/** The model as it is now, with numbers of its own. */
function copyOf({ network, parameters: own, classes, input, host }: Model): Model {
  const parameters = new Map([...own].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const));
  return new Model(network, { classes, input, host, parameters });
}

/** Patches along a side: enough to reach its end. */
function count(side: number, { size, stride }: Patch): number {
  return Math.ceil((side - size) / stride) + 1;
}

function span(k: number, side: number, { size, stride }: Patch): readonly [number, number] {
  return [k * stride, Math.min(k * stride + size, side) - 1];
}

/** A copy of the picture with one value in all channels of an area. */
function hide(image: Float64Array, width: number, channels: number, { rows, columns }: Area, value: number) {
  const hidden = image.slice();
  for (let row = rows[0]; row <= rows[1]; row++) {
    hidden.fill(value, (row * width + columns[0]) * channels, (row * width + columns[1] + 1) * channels);
  }
  return hidden;
}

function derive({ address }: Target, z: number, occluded: number, area: Area, value: number): Derivation {
  const terms = [
    [{ symbol: "z", address, value: z }],
    [constant("(−1)", "minus", -1), constant("z_occluded", `${address} of the occluded picture`, occluded)],
  ];
  const notes = [
    `z stands for ${address} here, z_occluded for what it is where the pixels of ${areaText(area)} are ${formatNumber(value)}.`,
  ];
  return { rule: "occlusion", law, combine: "sum", terms, notes };
}
