// Model files that Net is tested with: every operation with a branch, exact and trained on the fast engine; one with large maps.
import {
  add,
  avgPool2d,
  conv2d,
  dataset,
  dense,
  fit,
  flatten,
  type Model,
  maxPool2d,
  network,
  relu,
  rescale,
  saveModel,
  sequential,
} from "../../src/node.ts";
import { wasm } from "../../src/wasm.ts";

const side = 9;
const channels = 3;

/** Every operation of the package: filters in groups, a branch that skips two layers. */
function everyOperation(): Model {
  return network([side, side, channels], (x) => {
    const stem = relu()(conv2d({ filters: 3, kernelSize: 3, padding: "same", groups: 3 })(rescale()(x)));
    const sum = add(relu()(conv2d({ filters: 3, kernelSize: 3, padding: "same" })(stem)), stem);
    return dense({ units: 3 })(flatten()(avgPool2d({ poolSize: 2 })(maxPool2d({ poolSize: 2 })(sum))));
  }) as unknown as Model;
}

/** Pictures with one bright third: the class says which. */
function thirds(count: number) {
  const size = side * side * channels;
  const images = new Uint8Array(count * size);
  const labels = Array.from({ length: count }, (_, k) => k % 3);
  for (const [k, label] of labels.entries()) {
    for (let place = 0; place < size; place++) {
      const bright = Math.floor(place / (size / 3)) === label;
      images[k * size + place] = bright ? 200 + ((k * 7 + place) % 50) : (k * 5 + place) % 30;
    }
  }
  return dataset({ images, labels, shape: [side, side, channels], classes: ["top", "middle", "bottom"] });
}

/** In float64, as drawn from a seed. */
export function exactModel(): Model {
  const model = everyOperation();
  model.initialize(3);
  return model;
}

/** In float32, after a few steps on the fast engine. */
export async function fastModel(): Promise<Model> {
  const model = everyOperation();
  await fit(model, thirds(60), { epochs: 2, seed: 1, backend: wasm() });
  return model;
}

/** Maps larger than 32×32, and a column longer than 32. */
export function wideModel(): Model {
  const layers = [
    conv2d({ filters: 2, kernelSize: 5 }),
    maxPool2d({ poolSize: 4 }),
    flatten(),
    dense({ units: 4 }),
  ] as const;
  return sequential([40, 40, 1], ...layers) as unknown as Model;
}

export function asFile(name: string, model: Model | Uint8Array) {
  const bytes = model instanceof Uint8Array ? model : saveModel(model);
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) };
}
