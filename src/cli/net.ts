// A network from a file, as `train --net` names it: a JSON graph, or a module.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CutawayError } from "../base/errors.ts";
import { decodeUtf8, parseJson } from "../base/text.ts";
import { fail } from "../base/words/cli.ts";
import { parseGraph } from "../graph/graph.ts";
import { createNodeFiles } from "../host/node/files.ts";
import { modelFromGraph } from "../nn/build.ts";
import { Model } from "../nn/model.ts";
import { presetNames } from "../nn/presets/presets.ts";
import { messageOf } from "./output.ts";

/** Brackets inside one another: graph, nodes, node, options, padding, side. */
const DEPTH = 8;

/** A fresh model from a file: a JSON graph, or a module. */
export function openNetFile(path: string): Promise<Model> {
  return /\.json$/i.test(path) ? fromJson(path) : fromModule(path);
}

/** What a run folder calls the network: a preset's name, or the file's without its ending. */
export function nameOfNet(net: string): string {
  return (
    net
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.[^.]+$/, "") || net
  );
}

async function fromJson(path: string): Promise<Model> {
  const text = decodeUtf8(await createNodeFiles().read(path));
  const parsed = text === undefined ? ({ problem: "text that is not UTF-8" } as const) : parseJson(text, DEPTH);
  if (parsed.problem !== undefined) return refuse(path, `JSON with a problem: ${parsed.problem}`);
  return modelFromGraph(parseGraph(parsed.value, path));
}

async function fromModule(path: string): Promise<Model> {
  if ((await createNodeFiles().kind(path)) !== "file") return refuse(`option --net ${path}`, "no such file");
  const given = await defaultExport(path);
  if (given instanceof Model) return given;
  if (isGraphOwner(given)) return modelFromGraph(parseGraph(given.network.graph, path));
  if (given === undefined) return refuse(path, "a module without a default export");
  return modelFromGraph(parseGraph(given, path));
}

/** What the module exports as its default; where that is a function, what it gives. */
async function defaultExport(path: string): Promise<unknown> {
  try {
    const { default: given } = await import(pathToFileURL(resolve(path)).href);
    return typeof given === "function" ? await given() : given;
  } catch (error) {
    if (error instanceof CutawayError) throw error;
    return refuse(path, `a module that fails: ${messageOf(error)}`, error);
  }
}

/** A model made by another copy of the library, as a module outside this package imports it. */
function isGraphOwner(value: unknown): value is { network: { graph: unknown } } {
  return typeof value === "object" && value !== null && "network" in value && typeof value.network === "object";
}

function refuse(where: string, received: string, cause?: unknown): never {
  return fail("cli.net", { where, received, presets: presetNames }, cause);
}
