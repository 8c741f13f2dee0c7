// `cutaway/presets` without a host: the larger networks by name, apart from the public list so that a plain import stays small.
export { type Lenet5Options, lenet5 } from "./nn/presets/lenet5.ts";
export { type VggSmallOptions, vggSmall } from "./nn/presets/vgg-small.ts";
