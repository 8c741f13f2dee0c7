// Which engine a command runs on: --backend and --exact.
import type { Command } from "commander";
import { fail } from "../base/words/cli.ts";
import type { Backend } from "../graph/backend.ts";
import { oneOf } from "./numbers.ts";

export interface BackendOptions {
  readonly backend: "auto" | "reference" | "wasm";
  readonly exact?: boolean;
}

export function withBackend(command: Command): Command {
  return command
    .option(
      "--backend <engine>",
      "wasm (generated kernels, float32), reference (the definition, float64), or auto: wasm where it can be had",
      oneOf("--backend", "auto", "reference", "wasm"),
      "auto" as const,
    )
    .option("--exact", "plain multiply-adds only: the same bits on every machine");
}

/** The choice as the library takes it. */
export function backendOf({ backend, exact = false }: BackendOptions): Backend {
  if (backend === "reference") {
    if (exact)
      fail("cli.option", {
        option: "--exact",
        expected: "no --backend reference, which is exact by itself",
        received: "both",
      });
    return backend;
  }
  return backend === "wasm" || exact ? { name: "wasm", exact } : "auto";
}
