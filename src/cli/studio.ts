// cutaway studio: serves the page on which every number of a network opens, until Ctrl-C.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { fail } from "../base/words/cli.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { loadModel } from "../io/model-file.ts";
import { onInterrupt } from "./interrupt.ts";
import { whole } from "./numbers.ts";
import { print, printJson, say } from "./output.ts";
import type { GivenModel, ServedPages } from "./page-server.ts";

/** The built page, from the package's own folder: this file stands two folders below it, built or not. */
const page = fileURLToPath(new URL("../../dist/studio", import.meta.url));

const usualPort = 8124;

interface Options {
  readonly port: number;
  readonly open?: boolean;
  readonly json?: boolean;
}

export function studioCommand(): Command {
  return new Command("studio")
    .summary("open the page on which one learns, trains and opens any number")
    .description(
      "Serves the studio to this machine alone: a page that teaches how a convolutional network works, trains one, and opens any number in it. Nothing leaves the machine.",
    )
    .argument("[model]", "a model.safetensors that the page offers to open")
    .option("--port <n>", "port to listen on; 0 takes any that is free", whole("--port", 0, 65535), usualPort)
    .option("--open", "open the page in the browser")
    .option("--json", "print one JSON object")
    .action(run);
}

/** Where the page opens the model that it is given. */
const givenPage = "net?model=given";

async function run(path: string | undefined, { port, open, json }: Options): Promise<void> {
  const model = path === undefined ? undefined : await readModel(path);
  const served = await serve(port, model);
  const address = `${served.address}/${model ? givenPage : ""}`;
  if (json) printJson({ address, model: model?.name ?? null });
  else print(`The studio is at ${address}${model ? `, with ${model.name}` : ""} (Ctrl-C ends it)`);
  if (open) openBrowser(address);
  await new Promise<void>((end) => onInterrupt("Stopped.", end));
  await served.close();
}

/** A model file that has been opened once, so that what is wrong with it is said here. */
async function readModel(path: string): Promise<GivenModel> {
  const bytes = await createNodeFiles().read(path);
  loadModel(bytes, path);
  return { name: nameOf(resolve(path)), bytes };
}

/** Run folders call every model the same, so that the folder's name says more than the file's. */
function nameOf(path: string): string {
  return basename(path) === "model.safetensors" ? basename(dirname(path)) : basename(path);
}

async function serve(port: number, model: GivenModel | undefined): Promise<ServedPages> {
  if (!existsSync(page)) fail("cli.page", { folder: page });
  // Only this command needs a server: the others start without reading one.
  const { servePages } = await import("./page-server.ts");
  try {
    return await servePages(page, { port, model });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") return fail("cli.port", { port, why: "in use" }, error);
    if (code === "EACCES") return fail("cli.port", { port, why: "not allowed for this user" }, error);
    throw error;
  }
}

/** What opens an address on this kind of machine. */
const openers: Readonly<Record<string, readonly [program: string, ...given: string[]]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

function openBrowser(address: string): void {
  const [program, ...given] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...given, address], { detached: true, stdio: "ignore" });
  child.on("error", () => say(`No browser could be opened from here (${program}); open the address in one.`)).unref();
}
