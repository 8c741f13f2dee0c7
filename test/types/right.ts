// Chains and graphs that work, each held to its exact type.
import type { Mul } from "../../src/nn/types/arithmetic.ts";
import type { Layer, SymbolicTensor } from "../../src/nn/types/layer.ts";
import type { DenseRule, Pool2dRule, Rule, Unchanged } from "../../src/nn/types/rules.ts";
import {
  add,
  avgPool2d,
  conv2d,
  dense,
  flatten,
  type Model,
  maxPool2d,
  network,
  relu,
  rescale,
  sequential,
} from "./api.ts";
import { type Equal, holds, is } from "./equal.ts";

declare const n: number;
declare const shape: number[];
declare const either: 3 | 5;
declare const padding: "valid" | "same";
declare const pair: [number, number];
declare const options: { filters: number; kernelSize: number; padding?: "valid" | "same" };
declare const layers: Layer<Unchanged>[];
declare const image: SymbolicTensor<[32, 32, 3]>;

// Known sizes.
is<Model<[28, 28, 1], [10]>>()(
  sequential(
    [28, 28, 1],
    rescale({ divisor: 255 }),
    conv2d({ filters: 8, kernelSize: 3 }),
    relu(),
    maxPool2d({ poolSize: 2 }),
    conv2d({ filters: 16, kernelSize: 3, padding: "same", strides: 2 }),
    relu(),
    flatten(),
    dense({ units: 10 }),
  ),
);
is<Model<[28, 28, 1], [26, 24, 8]>>()(sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: [3, 5] })));
is<Model<[28, 28, 1], [14, 10, 8]>>()(
  sequential(
    [28, 28, 1],
    conv2d({
      filters: 8,
      kernelSize: 3,
      strides: [2, 3],
      padding: [
        [1, 1],
        [2, 0],
      ],
    }),
  ),
);
is<Model<[28, 28, 1], [30, 30, 8]>>()(sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: 3, padding: 2 })));
is<Model<[28, 28, 1], [24, 22, 8]>>()(
  sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: 3, dilationRate: [2, 3] })),
);
is<Model<[28, 28, 6], [26, 26, 9]>>()(sequential([28, 28, 6], conv2d({ filters: 9, kernelSize: 3, groups: 3 })));
is<Model<[7, 7, 6], [4, 4, 6]>>()(sequential([7, 7, 6], maxPool2d({ poolSize: 3, strides: 2, padding: "same" })));
is<Model<[11, 13, 2], [5, 6, 2]>>()(sequential([11, 13, 2], avgPool2d({ poolSize: 2 })));
is<Model<[64, 64, 16], [65536]>>()(sequential([64, 64, 16], flatten()));
is<Model<[4096, 4096, 64], [1073741824]>>()(sequential([4096, 4096, 64], flatten()));
is<Model<[4096, 4095, 3], [1024, 1024, 1]>>()(
  sequential([4096, 4095, 3], conv2d({ filters: 1, kernelSize: 11, strides: 4, padding: "same" })),
);
is<Model<[28, 28, 1], [28, 28, 1]>>()(sequential([28, 28, 1], conv2d({ filters: 1, kernelSize: 1 })));
is<Model<[28, 28, 1], [1, 1, 4]>>()(sequential([28, 28, 1], conv2d({ filters: 4, kernelSize: 28 })));
is<Model<[5], [5]>>()(sequential([5]));

// Constants declared elsewhere, and options that leave the shape alone.
const size = [3, 5] as const;
is<Model<[5], [5]>>()(sequential([5] as const, relu()));
is<Model<[28, 28, 1], [26, 24, 8]>>()(sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: size })));
is<Model<[28, 28, 1], [26, 26, 8]>>()(
  sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: 3, useBias: false, trainable: false, name: "edges" })),
);

// Sizes known only as `number` stay `number`.
is<Model<[number, number, 1], [number, number, 8]>>()(sequential([n, n, 1], conv2d({ filters: 8, kernelSize: 3 })));
is<Model<[28, 28, 1], [26, 26, number]>>()(sequential([28, 28, 1], conv2d({ filters: n, kernelSize: 3 })));
is<Model<[28, 28, 1], [number, number, 8]>>()(sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: n })));
is<Model<[28, 28, 1], [number, number, 8]>>()(sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: either })));
is<Model<[28, 28, 1], [number, number, 8]>>()(sequential([28, 28, 1], conv2d({ filters: 8, kernelSize: 3, padding })));
is<Model<[28, 28, 1], [number, 28, 1]>>()(sequential([28, 28, 1], maxPool2d({ poolSize: [n, 1] })));
is<Model<[28, number, 2], [number]>>()(sequential([28, n, 2], flatten()));
is<Model<number[], [10]>>()(
  sequential(shape, conv2d({ filters: 8, kernelSize: 3, groups: n }), flatten(), dense({ units: 10 })),
);
is<Model<[28, 28, 1], readonly number[]>>()(sequential([28, 28, 1], ...layers));
is<Model<[28, 28, 1], readonly number[]>>()(sequential([28, 28, 1], ...layers, flatten(), dense({ units: 4 })));
is<SymbolicTensor<[number, number, number]>>()(conv2d(options)(image));
is<SymbolicTensor<[number, number, 4]>>()(conv2d({ filters: 4, kernelSize: pair })(image));

// What an editor shows.
const pool = maxPool2d({ poolSize: 2 });
const out = dense({ units: 10 });
holds<Equal<typeof pool, Layer<Pool2dRule<"maxPool2d", 2, 2, "valid">>>>();
holds<Equal<typeof out, Layer<DenseRule<10>>>>();

// Graphs.
const y = conv2d({ filters: 8, kernelSize: 3, padding: "same" })(image);
const z = relu()(conv2d({ filters: 8, kernelSize: 3, padding: "same" })(y));
is<SymbolicTensor<[32, 32, 8]>>()(y);
is<SymbolicTensor<[32, 32, 8]>>()(add(y, z));
is<Model<[32, 32, 3], [10]>>()(
  network([32, 32, 3], (x) => {
    const stem = conv2d({ filters: 8, kernelSize: 3, padding: "same" })(x);
    const branch = relu()(conv2d({ filters: 8, kernelSize: 3, padding: "same" })(stem));
    return dense({ units: 10 })(flatten()(add(stem, branch)));
  }),
);
declare const tall: SymbolicTensor<[number, 32, 8]>;
declare const wide: SymbolicTensor<[32, number, 8]>;
is<SymbolicTensor<[32, 32, 8]>>()(add(tall, wide));
declare const two: SymbolicTensor<[9, 9, 2] | [8, 8, 2]>;
is<SymbolicTensor<[4, 4, 2]>>()(maxPool2d({ poolSize: 2 })(two));

// A block of one's own over images of any size.
const block = (x: SymbolicTensor<[number, number, number]>) => relu()(conv2d({ filters: 4, kernelSize: 3 })(x));
is<SymbolicTensor<[number, number, 4]>>()(block(image));

// A layer of one's own is one more rule.
interface DoubleRule extends Rule {
  out: this["in"] extends [infer H extends number, infer W extends number, infer C]
    ? [Mul<H, 2>, Mul<W, 2>, C]
    : "double needs an image";
}
declare const double: Layer<DoubleRule>;
is<Model<[5, 6, 3], [20, 24, 3]>>()(sequential([5, 6, 3], double, double));
