// Where a command's result goes: standard output, or a file that is whole or not there and replaces no other unless that is said.
import type { Command } from "commander";
import { encodeUtf8 } from "../base/text.ts";
import { fail } from "../base/words/cli.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { print } from "./output.ts";

export interface ResultOptions {
  readonly output?: string;
  readonly force?: boolean;
}

/** --output and --force. */
export function withResult(command: Command): Command {
  return command
    .option("-o, --output <file>", "where to write; standard output where absent")
    .option("--force", "replace a file that is there");
}

/** Refuses a file that is there, before any work is done for it. */
export async function checkResult({ output, force }: ResultOptions): Promise<void> {
  if (output !== undefined && !force && (await createNodeFiles().kind(output)) === "file") {
    fail("cli.exists", { where: output });
  }
}

/** Writes the text and says so; `next` is what to do with the file. Texts end with a line's end. */
export async function writeResult(text: string, { output }: ResultOptions, next = ""): Promise<void> {
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  await createNodeFiles().write(output, encodeUtf8(text));
  print(`wrote ${output}${next}`);
}
