// flatten: the worked example's inputs, 2 rows, 3 columns, 2 channels; a value spells its row, column and channel.
import type { Example } from "../op.ts";

export const example: Example = {
  cases: [
    {
      name: "out",
      options: {},
      inputs: [{ name: "image", shape: [2, 3, 2], values: [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121] }],
      addresses: ["flatten1.out[7]", "grad(flatten1.out[7]):input[1,0,1]", "grad(flatten1.out[7]):input[0,0,1]"],
    },
  ],
};
