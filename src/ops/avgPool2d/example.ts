// avgPool2d: the worked examples' inputs, a 4×4 map under 2×2 windows, and the same under padding that is not counted.
import type { Example, NamedTensor } from "../op.ts";

const map: NamedTensor = { name: "map", shape: [4, 4, 1], values: [1, 3, 2, 4, 5, 7, 0, 2, 8, 8, 9, 3, 4, 0, 1, 3] };

export const example: Example = {
  cases: [
    {
      name: "out",
      options: { poolSize: 2 },
      inputs: [map],
      addresses: ["avgpool1.out[0,0,0]", "grad(avgpool1.out[0,0,0]):input[1,1,0]"],
    },
    {
      name: "padded",
      options: { poolSize: 2, padding: 1 },
      inputs: [map],
      addresses: ["avgpool1.out[0,0,0]", "avgpool1.out[0,1,0]", "grad(avgpool1.out[0,1,0]):input[0,1,0]"],
    },
  ],
};
