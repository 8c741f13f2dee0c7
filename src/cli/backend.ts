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

/** --backend and --exact, for who runs one picture. */
export function withEngine(command: Command, otherwise: BackendOptions["backend"]): Command {
  return command
    .option(
      "--backend <engine>",
      "wasm (generated kernels, float32), reference (the definition, float64), or auto: wasm where it can be had",
      oneOf("--backend", "auto", "reference", "wasm"),
      otherwise,
    )
    .option("--exact", "plain multiply-adds and direct sums only: the same bits on every machine");
}

/** The same and --threads, for who runs many. */
export function withBackend(command: Command): Command {
  return withEngine(command, "auto").option(
    "--threads <n>",
    "at most so many; as many as the machine runs where absent",
    whole("--threads", 1),
  );
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
