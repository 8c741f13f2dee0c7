// The functions under test, in one place for all type tests.
export { network, sequential } from "../../src/nn/build.ts";
export * from "../../src/nn/layers.ts";
export type { Model } from "../../src/nn/model.ts";
