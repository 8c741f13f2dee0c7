// Wrong data, pictures, models and networks, one file or folder for each thing that can be wrong.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { graph, idx, modelBytes, opened, pixelsOf, pngOf, safetensors, writeClassFolders } from "./material.ts";
import type { UserFolder } from "./run.ts";

type Write = UserFolder["write"];

/** Writes all of it, and the good ones that a command needs beside them. */
export async function writeWrong({ folder, write }: UserFolder): Promise<void> {
  await writePictures(folder, write);
  writeIdxFolders(write);
  writeModels(write);
  writeNets(write);
}

const bytes = (n: number) => Uint8Array.from({ length: n }, (_, k) => k % 251);
const labels = (n: number) => Uint8Array.from({ length: n }, (_, k) => k % 3);

function writeIdx(write: Write, folder: string, images: Uint8Array, ofThem: Uint8Array, prefix = "train"): void {
  write(`${folder}/${prefix}-images-idx3-ubyte`, images);
  write(`${folder}/${prefix}-labels-idx1-ubyte`, ofThem);
}

async function writePictures(folder: string, write: Write): Promise<void> {
  await writeClassFolders(join(folder, "shapes"), 6);
  const png = await pngOf(pixelsOf("disc", 3));
  const other = await pngOf(pixelsOf("bar", 3));
  const broken = { cut: png.subarray(0, 60), empty: new Uint8Array(0), text: "this is no picture" };
  for (const [name, content] of Object.entries(broken)) {
    write(`${name}.png`, content);
    for (const kind of ["a", "b"]) write(`${name}-folder/${kind}/1.png`, png);
    write(`${name}-folder/b/2.png`, content);
  }
  write("disc.png", png);
  write("large.png", await pngOf(bytes(900), 30));
  for (const kind of ["cat", "dog", "emu"])
    for (const k of [1, 2]) write(`animals/${kind}/${k}.png`, k === 1 ? png : other);
  for (const k of [1, 2]) write(`one-class/only/${k}.png`, png);
  write("stray/a/1.png", png);
  write("stray/notes.pdf", "x");
  for (const kind of ["train/a", "train/b", "test/c"]) for (const k of [1, 2]) write(`new-class/${kind}/${k}.png`, png);
  for (const kind of ["a", "b"]) write(`test-only/test/${kind}/1.png`, png);
  mkdirSync(join(folder, "nothing"));
}

function writeIdxFolders(write: Write): void {
  const [images, ofThem] = [idx([9, 12, 12], bytes(9 * 144)), idx([9], labels(9))];
  writeIdx(write, "cut-idx", images.subarray(0, 700), ofThem);
  writeIdx(write, "long-idx", Buffer.concat([images, bytes(5)]), ofThem);
  writeIdx(write, "swapped-idx", ofThem, images);
  writeIdx(write, "no-idx", Buffer.from("hello, world, this is text"), ofThem);
  writeIdx(write, "count-idx", images, idx([8], labels(8)));
  writeIdx(write, "label-idx", images, idx([9], [0, 1, 2, 3, 0, 1, 2, 0, 1]));
  write("label-idx/classes.txt", "bar\ndisc\npole\n");
  write("alone-idx/train-images-idx3-ubyte", images);
  writeIdx(write, "packed-idx", gzipSync(images).subarray(0, 100), ofThem);
  writeIdx(write, "test-idx", images, ofThem, "t10k");
  writeIdx(write, "small-idx", idx([9, 8, 8], bytes(9 * 64)), ofThem);
}

/** A model file whose header was changed by hand. */
function changed(change: (header: Record<string, Record<string, unknown>>) => void): Uint8Array {
  const { header, data } = opened(modelBytes());
  change(header);
  return safetensors(header, data);
}

function withGraph(nodes: readonly unknown[]): Uint8Array {
  return changed(({ __metadata__: metadata }) => {
    metadata.graph = JSON.stringify({ ...graph, nodes });
  });
}

function writeModels(write: Write): void {
  const good = modelBytes();
  const files: Record<string, string | Uint8Array> = {
    good,
    cut: good.subarray(0, good.length - 100),
    "cut-header": good.subarray(0, 300),
    tiny: good.subarray(0, 5),
    text: "# a readme\n".repeat(20),
    "huge-header": safetensors("{}", bytes(64), 2n ** 62n),
    beyond: changed((header) => {
      header["dense1.bias"].data_offsets = [0, 1e15];
    }),
    overlap: changed((header) => {
      header["dense1.bias"].data_offsets = header["conv1.bias"].data_offsets;
    }),
    huge: changed((header) => {
      header["dense1.bias"].shape = [2 ** 40, 2 ** 40];
    }),
    deep: safetensors(`{"a":${"[".repeat(50000)}${"]".repeat(50000)}}`),
    "deep-graph": changed(({ __metadata__: metadata }) => {
      metadata.graph = "[".repeat(50000);
    }),
    "no-json": safetensors("{no json"),
    foreign: safetensors({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, bytes(4)),
    operation: withGraph([{ op: "warp" }]),
    missing: withGraph([...graph.nodes.slice(0, -1), { op: "dense", name: "dense7", options: { units: 3 } }]),
    shape: withGraph([...graph.nodes.slice(0, -1), { op: "dense", options: { units: 4 } }]),
    classes: changed(({ __metadata__: metadata }) => {
      metadata.classes = '["bar","disc"]';
    }),
    exact: changed(({ __metadata__: metadata }) => {
      metadata.input = JSON.stringify({ ...JSON.parse(metadata.input as string), resize: "none" });
    }),
  };
  for (const [name, content] of Object.entries(files)) write(`${name}.safetensors`, content);
}

function writeNets(write: Write): void {
  const net = (...nodes: object[]) => JSON.stringify({ input: [12, 12, 1], nodes });
  const flatten = { op: "flatten" };
  const nets: Record<string, string> = {
    "net.json": JSON.stringify(graph),
    "kernel.json": net({ op: "conv2d", options: { filters: 2, kernelSize: 13 } }, flatten, {
      op: "dense",
      options: { units: 3 },
    }),
    "dense.json": net({ op: "conv2d", options: { filters: 2, kernelSize: 3 } }, { op: "dense", options: { units: 3 } }),
    "units.json": net(flatten, { op: "dense", options: { units: 7 } }),
    "option.json": net({ op: "conv2d", options: { filter: 2, kernelSize: 3 } }),
    "operation.json": net({ op: "warp" }),
    "broken.json": '{ "input": [12, 12, 1], "nodes": [',
    "number.json": "3",
    "throws.ts": 'export default (): never => {\n  throw new Error("no luck\\ntoday");\n};\n',
    "rejects.ts": 'export default async (): Promise<never> => {\n  throw new Error("too late");\n};\n',
    "loads.ts": 'throw new Error("not even loading");\n',
    "syntax.ts": "export default (((;\n",
    "import.ts": 'import "no-such-package";\nexport default 1;\n',
    "empty.ts": "export const x = 1;\n",
  };
  for (const [name, content] of Object.entries(nets)) write(`nets/${name}`, content);
}
