// The network on one picture, as Train shows it: kernels of the first convolution, their gradients, its maps, logits, gradient sizes.
import { explain, type Model, type Opened } from "cutaway";
import { gradientHealth, roleOf, scaleOf } from "cutaway/story";
import { backendOf } from "./open.ts";
import type { SceneTensor } from "./scene.ts";
import type { Portrait } from "./train-kinds.ts";

/** Room above the largest weight at the start of a run: weights grow while colours stay. */
const room = 2;

export interface Shown {
  readonly picture: readonly number[];
  readonly label: number;
}

/** Draws portraits of one run: a tensor's colours run to the same value in all of them. */
export class Painter {
  readonly #domains = new Map<string, number>();

  async paint(model: Model, step: number, { picture, label }: Shown, learningRate: number): Promise<Portrait> {
    const opened = await explain(model, { input: picture, label, learningRate, backend: backendOf(model) });
    const { nodes, last } = opened.network;
    const first = nodes.findIndex(({ op }) => op === "conv2d");
    const kernel = nodes[first] && `${nodes[first].name}.kernel`;
    const behind = nodes[first + 1];
    const mapped = behind?.op === "relu" && first + 1 < last ? behind : first < last ? nodes[first] : undefined;
    const maps = first < 0 ? undefined : mapped && `${mapped.name}.out`;
    const names = [...(kernel ? [kernel, `grad:${kernel}`] : []), ...(maps ? [maps] : []), "logits", "probs"];
    return {
      step,
      label,
      picture,
      tensors: Object.fromEntries(names.map((name) => [name, this.#tensor(opened, name)])),
      kernel,
      maps,
      logits: "logits",
      loss: opened.value("loss"),
      gradients: gradientHealth(opened).layers.map(({ name, gradientRms, verdict }) => ({
        name,
        size: gradientRms,
        verdict,
      })),
    };
  }

  #tensor(opened: Opened, name: string): SceneTensor {
    const { shape, data } = opened.tensor(name);
    const { role, gradient } = roleOf(opened.network, name);
    return { shape, data: data.slice(), role, gradient, domain: this.#domain(opened, name, data) };
  }

  #domain(opened: Opened, name: string, data: ArrayLike<number>): number {
    const known = this.#domains.get(name);
    if (known !== undefined) return known;
    let largest = 0;
    for (let k = 0; k < data.length; k++) largest = Math.max(largest, Math.abs(data[k] ?? 0));
    const { domain } = scaleOf(
      opened.network,
      name,
      name === "probs" ? 1 : name.endsWith(".kernel") && !name.startsWith("grad:") ? largest * room : largest,
    );
    this.#domains.set(name, domain);
    return domain;
  }
}
