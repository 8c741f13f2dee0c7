// `cutaway/presets` in Node: the networks by name, bound to Node.
import { nodeHost } from "./host/node/host.ts";
import { onHost } from "./nn/on-host.ts";
import * as presets from "./presets.ts";

export * from "./presets.ts";
export const lenet5 = onHost(nodeHost, presets.lenet5);
export const vggSmall = onHost(nodeHost, presets.vggSmall);
