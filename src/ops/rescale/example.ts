// rescale: the worked example's inputs, six grey values from black to white, all multiples of 51.
import type { Example, NamedTensor } from "../op.ts";

const pixels: NamedTensor = { name: "pixels", shape: [2, 3, 1], values: [0, 51, 102, 153, 204, 255] };

export const example: Example = {
  cases: [
    {
      name: "out",
      options: {},
      inputs: [pixels],
      addresses: ["rescale1.out[0,1,0]", "rescale1.out[1,2,0]", "grad(rescale1.out[0,1,0]):input[0,1,0]"],
    },
    { name: "by51", options: { divisor: 51 }, inputs: [pixels], addresses: ["rescale1.out[1,0,0]"] },
  ],
};
