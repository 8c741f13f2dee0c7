// `cutaway/core`, and `cutaway` on unknown machines: the public list without a host. One thread, no pauses.
export * from "./index.ts";
