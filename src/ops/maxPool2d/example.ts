// maxPool2d: the worked examples' inputs, a 4×4 map under 2×2 windows, and a map of ties under windows that overlap and reach
// beyond the image.
import type { Example } from "../op.ts";

export const example: Example = {
  cases: [
    {
      name: "out",
      options: { poolSize: 2 },
      inputs: [{ name: "map", shape: [4, 4, 1], values: [1, 3, 2, 4, 5, 6, 1, 2, 7, 8, 9, 4, 3, 2, 1, 0] }],
      addresses: ["pool1.out[0,0,0]", "grad(pool1.out[0,0,0]):input[1,1,0]", "grad(pool1.out[0,0,0]):input[0,0,0]"],
    },
    {
      name: "overlapping",
      options: { poolSize: 3, strides: 2, padding: 1 },
      inputs: [{ name: "ties", shape: [3, 3, 1], values: [2, 2, 1, 0, 2, 3, 3, 1, -1] }],
      addresses: [
        "pool1.out[0,0,0]",
        "pool1.out[1,1,0]",
        "grad(pool1.out[0,0,0]):input[0,0,0]",
        "grad(pool1.out[0,0,0]):input[1,1,0]",
      ],
    },
  ],
};
