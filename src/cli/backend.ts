// Which engine a command runs on: --backend and --exact.
import type { Command } from "commander";
import { fail } from "../base/words/cli.ts";
import type { Backend } from "../graph/backend.ts";
import { oneOf, whole } from "./numbers.ts";

export interface BackendOptions {
  readonly backend: "auto" | "reference" | "wasm";
  readonly exact?: boolean;
  readonly threads?: number;
}

export function withBackend(command: Command): Command {
  return command
    .option(
      "--backend <engine>",
      "wasm (generated kernels, float32), reference (the definition, float64), or auto: wasm where it can be had",
      oneOf("--backend", "auto", "reference", "wasm"),
      "auto" as const,
    )
    .option("--exact", "plain multiply-adds and direct sums only: the same bits on every machine")
    .option("--threads <n>", "at most so many; as many as the machine runs where absent", whole("--threads", 1));
}

/** The choice as the library takes it. */
export function backendOf({ backend, exact = false, threads }: BackendOptions): Backend {
  if (backend === "reference") {
    const refuse = (option: string, why: string) =>
      fail("cli.option", { option, expected: `no --backend reference, which ${why}`, received: "both" });
    if (exact) refuse("--exact", "is exact by itself");
    if (threads !== undefined && threads > 1) refuse("--threads", "runs on one thread");
    return backend;
  }
  return backend === "wasm" || exact || threads !== undefined ? { name: "wasm", exact, threads } : "auto";
}
