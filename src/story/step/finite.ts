// A step with a number that is none cannot be told: this names the image, the layer or the gradient that has one.
import { fail } from "../../base/words/model.ts";
import { parameterSpecs } from "../../graph/network.ts";
import { placeAt } from "../../graph/places.ts";
import type { Pixels } from "../../nn/trainer.ts";
import type { Opened } from "../opened.ts";

/** Throws `model.nonFinite` where an image, the loss or the gradient of a parameter is not finite; for a loss it names the first layer, in
 * graph order, that is not. */
export function checkFinite(opened: Opened, images: readonly Pixels[]): void {
  const { network, samples } = opened;
  for (const [k, image] of images.entries()) check(samples > 1 ? `image ${k} of the batch` : "the image", image);
  if (!Number.isFinite(opened.value("loss"))) {
    for (const [position, { name }] of network.nodes.entries()) {
      for (let k = 0; k < samples; k++) {
        const output = `${placeAt(network, position, "out")?.name}${samples > 1 ? `@${k}` : ""}`;
        check(`layer ${name}`, opened.tensor(output).data);
      }
    }
  }
  for (const { address } of parameterSpecs(network)) {
    check(`the gradient of ${address}`, opened.tensor(`grad:${address}`).data);
  }
}

function check(what: string, numbers: ArrayLike<number>): void {
  for (let k = 0; k < numbers.length; k++) {
    if (!Number.isFinite(numbers[k])) fail("model.nonFinite", { what, received: numbers[k] });
  }
}
