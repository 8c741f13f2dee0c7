// conv2d: the worked examples' inputs. A 5×5 image whose top-left 3×3 region is 1…9 under the vertical-edge kernel; the same
// kernel turned by 180°, as the textbooks' convolution has it; and three edge kernels at once: one filter, one channel.
import type { Example, NamedTensor } from "../op.ts";

const image: NamedTensor = {
  name: "image",
  shape: [5, 5, 1],
  values: [1, 2, 3, 0, 1, 4, 5, 6, 1, 0, 7, 8, 9, 0, 2, 2, 0, 1, 3, 1, 0, 1, 2, 1, 0],
};

const vertical = [1, 0, -1, 1, 0, -1, 1, 0, -1];
const horizontal = [1, 1, 1, 0, 0, 0, -1, -1, -1];
const diagonal = [1, 1, 0, 1, 0, -1, 0, -1, -1];

const kernel: NamedTensor = { name: "kernel", shape: [3, 3, 1, 1], values: vertical };
const flipped: NamedTensor = { name: "flippedKernel", shape: [3, 3, 1, 1], values: vertical.toReversed() };
const three: NamedTensor = {
  name: "kernels",
  shape: [3, 3, 1, 3],
  values: vertical.flatMap((v, tap) => [v, horizontal[tap], diagonal[tap]]),
};

const options = { filters: 1, kernelSize: 3, useBias: false };

export const example: Example = {
  cases: [
    { name: "out", options, inputs: [image], parameters: { kernel }, addresses: ["conv1.out[0,0,0]"] },
    { name: "flipped", options, inputs: [image], parameters: { kernel: flipped }, addresses: ["conv1.out[0,0,0]"] },
    {
      name: "channels",
      options: { ...options, filters: 3 },
      inputs: [image],
      parameters: { kernel: three },
      addresses: [
        "conv1.out[0,0,0]",
        "conv1.out[0,0,1]",
        "conv1.out[0,0,2]",
        "grad(conv1.out[0,0,0]):conv1.kernel[0,0,0,0]",
      ],
    },
  ],
};
