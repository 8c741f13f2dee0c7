// What a model is made of: layers, output shapes, parameters with their arithmetic, work and memory.
import { thousands } from "../base/counted.ts";
import { type Shape, sizeOf } from "../base/shape.ts";
import type { Network, Node } from "../graph/network.ts";

export interface LayerSummary {
  readonly name: string;
  readonly op: string;
  readonly shape: Shape;
  readonly parameters: number;
  /** Such as "3·3·8·16 + 16 = 1,168"; empty where there is nothing to learn. */
  readonly arithmetic: string;
  readonly trainable: boolean;
  /** Of one forward pass of one sample; a multiply-add counts 2, convolutions and dense layers only. */
  readonly flops: number;
}

export interface Summary {
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainable: number;
  readonly flops: number;
  /** What the parameters take in a model file, without its header. */
  readonly bytes: number;
  toString(): string;
}

export function summarise({ nodes, input }: Network, bytesPerNumber: number): Summary {
  const layers = nodes.map(summariseLayer);
  const sum = (of: (layer: LayerSummary) => number) => layers.reduce((total, layer) => total + of(layer), 0);
  const parameters = sum((layer) => layer.parameters);
  const totals = {
    parameters,
    trainable: sum((layer) => (layer.trainable ? layer.parameters : 0)),
    flops: sum((layer) => layer.flops),
    bytes: parameters * bytesPerNumber,
  };
  return { layers, ...totals, toString: () => table(input, layers, totals) };
}

function summariseLayer({ name, op, operation, site, parameters, trainable }: Node): LayerSummary {
  const shapes = Object.values(parameters).map((spec) => spec.shape);
  const count = shapes.reduce((total, shape) => total + sizeOf(shape), 0);
  const arithmetic = count === 0 ? "" : `${shapes.map((shape) => shape.join("·")).join(" + ")} = ${thousands(count)}`;
  const flops = 2 * operation.op.multiplyAdds(site);
  return { name, op, shape: site.output, parameters: count, arithmetic, trainable, flops };
}

function table(input: Shape, layers: readonly LayerSummary[], totals: Omit<Summary, "layers" | "toString">): string {
  const rows = [
    ["layer", "output", "parameters", "FLOPs"],
    ["input", showShape(input), "", ""],
    ...layers.map(({ name, shape, arithmetic, trainable, flops }) => [
      name,
      showShape(shape),
      arithmetic === "" || trainable ? arithmetic : `${arithmetic} (not trained)`,
      flops === 0 ? "" : thousands(flops),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
  const { parameters, trainable, flops, bytes } = totals;
  const total = `${thousands(parameters)} parameters (${thousands(trainable)} trained), ${thousands(bytes)} bytes, ${thousands(flops)} FLOPs an image`;
  return [...lines, total].join("\n");
}

function showShape(shape: Shape): string {
  return shape.length === 0 ? "1" : shape.join("×");
}
