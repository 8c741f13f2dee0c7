// `cutaway` in Node: the public list, bound to Node, with folders and picture files as data.
import { nodeHost } from "./host/node/host.ts";
import * as core from "./index.ts";
import { onHost } from "./nn/on-host.ts";

export { loadData, readPicture } from "./host/node/data.ts";
export * from "./index.ts";
export const sequential = onHost(nodeHost, core.sequential);
export const network = onHost(nodeHost, core.network);
export const modelFromGraph = onHost(nodeHost, core.modelFromGraph);
export const loadModel = onHost(nodeHost, core.loadModel);
export const lesson = onHost(nodeHost, core.lesson);
