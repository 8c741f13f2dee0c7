// The network that the lesson speaks of, with what the reader changed in it: pixels, parameters, the learning rate.
import { CutawayError } from "../../base/errors.ts";
import type { Host } from "../../base/host.ts";
import { contains, offsetOf } from "../../base/shape.ts";
import { fail } from "../../base/words/story.ts";
import { INPUT } from "../../graph/network.ts";
import { allPlaces, type Place, placeOf } from "../../graph/places.ts";
import type { Model } from "../../nn/model.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { parseAddress } from "../../trace/address.ts";
import { explain } from "../explain.ts";
import { lesson6, lesson6Image, lesson6Label } from "../lesson6.ts";
import type { Opened } from "../opened.ts";

/** New values by address ("input[2,2,0]", "conv1.kernel[0,0,0,0]", "dense1.bias[1]"), and "learningRate". */
export type Changes = Readonly<Record<string, number>>;

const learningRateName = "learningRate";

/** η of the update that step 9 shows. */
const usualRate = 0.001;

/** A pixel or a cell of a parameter, and its new value. */
export interface Change {
  /** "input" or a parameter's address. */
  readonly name: string;
  readonly cell: readonly number[];
  readonly value: number;
}

export interface Setting {
  readonly changes: readonly Change[];
  readonly learningRate: number;
  readonly image: readonly number[];
  readonly label: number;
  /** A fresh copy of the changed network. */
  model(options?: { readonly trainDense?: boolean }): Model;
  /** The changed network on the changed image. */
  readonly opened: Opened;
  readonly host: Host | undefined;
}

/** Opens the lesson's network with changes. Throws `lesson.address` for what is not there or is computed, `lesson.value` for values out
 * of range: pixels are 0…255, the learning rate is from 0 up, everything is finite. */
export async function openSetting(given: Changes, host?: Host): Promise<Setting> {
  const learningRate = given[learningRateName] ?? usualRate;
  if (!Number.isFinite(learningRate) || learningRate < 0) {
    fail("lesson.value", { address: learningRateName, expected: "a finite number from 0 up", received: learningRate });
  }
  const changes = Object.entries(given)
    .filter(([name]) => name !== learningRateName)
    .map(([name, value]) => checkedChange(name, value));
  const model: Setting["model"] = (options) => changedModel(lesson6(options), changes);
  const image = changedImage({ shape: lesson6().inputShape, data: Float64Array.from(lesson6Image) }, changes);
  const opened = await explain(model(), { input: image, label: lesson6Label, learningRate, host });
  return { changes, learningRate, image, label: lesson6Label, model, opened, host };
}

/** Writes the changes into those parameters that a model has. */
export function changedModel<M extends Model>(model: M, changes: readonly Change[]): M {
  const numbers = model.snapshot();
  for (const { name, cell, value } of changes) {
    const data = numbers.get(name);
    const shape = model.parameters.get(name)?.shape ?? [];
    if (data && contains(shape, cell)) data[offsetOf(shape, cell)] = value;
  }
  model.restore(numbers);
  return model;
}

/** The pixels of an image with the changes of those that it has. */
export function changedImage({ shape, data }: Tensor, changes: readonly Change[]): number[] {
  const pixels = [...data];
  for (const { name, cell, value } of changes) {
    if (name === "input" && contains(shape, cell)) pixels[offsetOf(shape, cell)] = value;
  }
  return pixels;
}

function checkedChange(address: string, value: number): Change {
  const { name, cell } = settable(address);
  const pixel = name === "input";
  if (!Number.isFinite(value) || (pixel && (value < 0 || value > 255))) {
    const expected = pixel ? "a pixel, 0 (black) to 255 (white)" : "a finite number";
    fail("lesson.value", { address, expected, received: value });
  }
  return { name, cell, value };
}

/** Finds the cell an address means; what cannot be changed is refused with a list of what can. */
function settable(text: string): { readonly name: string; readonly cell: readonly number[] } {
  const { network } = lesson6();
  const known = [...allPlaces(network).filter(isGiven).map(rangeOf), learningRateName];
  const refuse = (why: string, cause?: unknown) => fail("lesson.address", { address: text, why, known }, cause);
  try {
    const address = parseAddress(text);
    const place = placeOf(network, address);
    if (!isGiven(place) || address.scope.kind !== "value") return refuse("a computed number");
    if (address.sample !== undefined) return refuse("there is one picture only");
    return address.cell ? { name: place.name, cell: address.cell } : refuse("without indices");
  } catch (error) {
    if (!(error instanceof CutawayError) || error.code === "lesson.address") throw error;
    return refuse(error.code === "address.syntax" ? "no address" : error.received, error);
  }
}

/** Pixels and parameters are given; everything else is computed from them. */
const isGiven = ({ node, role }: Place) => node === INPUT || role !== "out";

/** "conv1.kernel[0…2,0…2,0,0…2]". */
function rangeOf({ name, shape }: Place): string {
  return `${name}[${shape.map((size) => (size === 1 ? "0" : `0…${size - 1}`)).join(",")}]`;
}
