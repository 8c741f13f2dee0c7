// `cutaway` in a browser: the public list, bound to the page or worker it runs in.
import { webHost } from "./host/web/host.ts";
import * as core from "./index.ts";
import { onHost } from "./nn/on-host.ts";

export * from "./index.ts";
export const sequential = onHost(webHost, core.sequential);
export const network = onHost(webHost, core.network);
export const modelFromGraph = onHost(webHost, core.modelFromGraph);
export const loadModel = onHost(webHost, core.loadModel);
export const lesson = onHost(webHost, core.lesson);
