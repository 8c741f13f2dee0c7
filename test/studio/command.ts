// `cutaway studio` under way: started, asked like a page asks it, stopped as Ctrl-C stops it.
import { spawn } from "node:child_process";
import { environment } from "../house/pack.ts";

export interface RunningStudio {
  /** The line that it printed, as JSON. */
  readonly told: { readonly address: string; readonly model: string | null };
  fetch(path: string): Promise<Response>;
  /** Sends what Ctrl-C in a terminal sends, to the program and to all that it started; gives the exit code. */
  interrupt(): Promise<number | null>;
}

/** Runs a program with `studio --json` behind its own arguments and waits for the line that it prints. */
export async function startStudio(
  [program, ...given]: readonly string[],
  cwd: string,
  ...wishes: readonly string[]
): Promise<RunningStudio> {
  const args = [...given, "studio", ...wishes, "--json"];
  const child = spawn(program, args, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const ended = new Promise<number | null>((end) => child.once("close", end));
  const text = { stdout: "", stderr: "" };
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text.stderr += part;
  });
  const line = await new Promise<string>((found, failed) => {
    child.once("error", failed);
    child.once("close", (code) => failed(new Error(`ended with ${code}: ${text.stderr}`)));
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text.stdout += part;
      if (text.stdout.includes("\n")) found(text.stdout);
    });
  });
  const told = JSON.parse(line) as RunningStudio["told"];
  return {
    told,
    fetch: (path) => fetch(new URL(path, told.address)),
    interrupt() {
      process.kill(-(child.pid as number), "SIGINT");
      return ended;
    },
  };
}
