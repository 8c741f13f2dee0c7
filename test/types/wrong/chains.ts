// Chains and graphs that cannot work: one error each, expected in ../types.test.ts under the comment above it.
import type { Layer, SymbolicTensor } from "../../../src/nn/types/layer.ts";
import type { Rule } from "../../../src/nn/types/rules.ts";
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
} from "../api.ts";
import { is } from "../equal.ts";

// dense straight after conv2d
sequential([28, 28, 1], conv2d({ filters: 16, kernelSize: 5 }), relu(), dense({ units: 10 }));

// dense straight on an image
sequential([28, 28, 1], rescale(), dense({ units: 10 }));

// only the first wrong layer is reported
sequential([28, 28, 1], maxPool2d({ poolSize: 30 }), dense({ units: 10 }), conv2d({ filters: 4, kernelSize: 99 }));

// kernel larger than the image
sequential([28, 28, 1], conv2d({ filters: 16, kernelSize: 29 }));

// kernel larger than what is left of the image
sequential([8, 12, 1], maxPool2d({ poolSize: 2 }), conv2d({ filters: 16, kernelSize: [3, 7] }));

// dilated kernel larger than the image
sequential([28, 28, 1], conv2d({ filters: 16, kernelSize: 15, dilationRate: 2 }));

// kernel larger than the padded image
sequential(
  [5, 5, 1],
  conv2d({
    filters: 16,
    kernelSize: 8,
    padding: [
      [1, 1],
      [0, 1],
    ],
  }),
);

// kernel larger than an image of unknown height
sequential([Math.abs(28), 28, 1], conv2d({ filters: 16, kernelSize: 29 }));

// conv2d after flatten
sequential([28, 28, 1], flatten(), conv2d({ filters: 16, kernelSize: 3 }));

// conv2d on an image without channels
sequential([28, 28], conv2d({ filters: 16, kernelSize: 3 }));

// conv2d on four sizes
sequential([64, 28, 28, 1], conv2d({ filters: 16, kernelSize: 3 }));

// maxPool2d that does not fit
sequential([2, 2, 1], maxPool2d({ poolSize: [3, 2] }), flatten(), dense({ units: 10 }));

// avgPool2d after flatten
sequential([28, 28, 1], flatten(), avgPool2d({ poolSize: 2 }));

// groups that do not divide the channels
sequential([28, 28, 8], conv2d({ filters: 6, kernelSize: 3, groups: 3 }));

// groups that do not divide the filters
sequential([28, 28, 6], conv2d({ filters: 8, kernelSize: 3, groups: 3 }));

// strides of 0
sequential([28, 28, 8], conv2d({ filters: 6, kernelSize: 3, strides: 0 }));

// one stride of 0
sequential([28, 28, 8], maxPool2d({ poolSize: 2, strides: [2, 0] }));

// kernel of 0
sequential([28, 28, 8], conv2d({ filters: 6, kernelSize: 0 }));

// negative filters
sequential([28, 28, 8], conv2d({ filters: -6, kernelSize: 3 }));

// dilation rate that is not whole
sequential([28, 28, 8], conv2d({ filters: 6, kernelSize: 3, dilationRate: 1.5 }));

// groups of 0
sequential([28, 28, 8], conv2d({ filters: 6, kernelSize: 3, groups: 0 }));

// no units
sequential([28], dense({ units: 0 }));

// misspelt option
sequential([28, 28, 8], conv2d({ filters: 6, kernelSize: 3, stride: 2 }));

// missing option
sequential([28, 28, 8], conv2d({ filters: 6 }));

// unknown padding word
sequential([28, 28, 8], conv2d({ filters: 6, kernelSize: 3, padding: "full" }));

// a string for a layer
sequential([28, 28, 8], "relu");

// a layer that is not called
sequential([28, 28, 8], relu);

// add of unlike shapes
network([32, 32, 3], (x) => add(x, conv2d({ filters: 8, kernelSize: 3, padding: "same" })(x)));

// dense on an image in a graph
network([32, 32, 3], (x) => dense({ units: 10 })(conv2d({ filters: 8, kernelSize: 3 })(x)));

// one of two possible shapes is wrong
declare const mixed: SymbolicTensor<[9, 9, 2] | [5]>;
dense({ units: 3 })(mixed);

// the sentence of a rule of one's own
interface DoubleRule extends Rule {
  out: this["in"] extends [infer H, infer W, infer C] ? [H, W, C] : "double needs an image";
}
declare const double: Layer<DoubleRule>;
sequential([5, 6, 3], flatten(), double);

// a model of another shape
is<Model<[28, 28, 1], [11]>>()(sequential([28, 28, 1], flatten(), dense({ units: 10 })));
