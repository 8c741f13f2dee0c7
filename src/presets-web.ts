// `cutaway/presets` in a browser: the networks by name, bound to the page or worker they run in.
import { webHost } from "./host/web/host.ts";
import { onHost } from "./nn/on-host.ts";
import * as presets from "./presets.ts";

export * from "./presets.ts";
export const lenet5 = onHost(webHost, presets.lenet5);
export const vggSmall = onHost(webHost, presets.vggSmall);
