// conv2d by Winograd's F(4×4, 3×3): where it pays, and its kernels for all passes. A tile of 4×4 outputs takes 36 products a channel and
// filter instead of 144, and some additions that do not grow with the product of channels and filters.
import { LANES } from "../../backend/wasm/blocks/lanes.ts";
import { TILE_SIDE } from "../../backend/wasm/blocks/winograd-transforms.ts";
import { FLOAT, type Kernel, placeAfter } from "../../backend/wasm/machine.ts";
import type { GradientPlaces } from "../kernels.ts";
import { axesOf } from "./op.ts";
import { biasKernel, gradientKernel, type PaddedImage, padKernel } from "./padded.ts";
import { convolve } from "./winograd-convolve.ts";
import { filterKernel, transformedKernel } from "./winograd-filters.ts";
import { kernelGradient } from "./winograd-gradient.ts";
import { gridOver, type Request, type TiledImage, type TileGrid, tilesOf } from "./winograd-tiles.ts";

/** Whether this convolution can go this way at all. */
function winogradFits({ site: { options, inputs } }: Request): boolean {
  const { filters, kernelSize, strides, dilationRate, groups } = options;
  const [rows, columns] = axesOf(options, inputs[0]);
  const after = (axis: typeof rows) => axis.count + 2 - axis.size - axis.before;
  const paddings = [rows.before, columns.before, after(rows), after(columns)];
  return (
    kernelSize.every((size) => size === 3) &&
    [...strides, ...dilationRate, groups].every((one) => one === 1) &&
    inputs[0][2] % LANES === 0 &&
    filters % LANES === 0 &&
    paddings.every((cells) => cells <= 2)
  );
}

/** How much faster than direct sums it has to be by the rule of thumb below, which is right to about a fifth. */
const LEAST_GAIN = 1.4;

/** Whether it is faster than direct sums in training. Depends on shapes alone, so that every plan of a network decides alike; never where
 * direct sums are asked for.
 *
 *   gain = 4 · (outputs / outputs of all tiles) / (1 + 4/channels + 4/filters)
 *
 * A product of a tile stands for four direct ones if the tile lies inside; the transforms cost four products a channel and a filter. */
export function winogradPays(request: Request): boolean {
  if (request.exact || !winogradFits(request)) return false;
  const { inputs, output } = request.site;
  const [height, width, filters] = output;
  const inside = (height * width) / (tilesOf(gridOver(height, width)) * TILE_SIDE * TILE_SIDE);
  return 4 * inside >= LEAST_GAIN * (1 + 4 / inputs[0][2] + 4 / filters);
}

/** The tiles that cover the outputs that are wanted: those that no pooling drops. */
function outputGrid({ site, epilogue }: Request): TileGrid {
  const { pool } = epilogue ?? {};
  return pool ? gridOver(2 * pool.rows, 2 * pool.columns) : gridOver(site.output[0], site.output[1]);
}

/** Pixels of a side that the windows of so many tiles read. */
const reach = (tiles: number) => tiles * TILE_SIDE + 2;

/** The image as tiles see it: itself where they stay inside, else a copy inside zeros. */
function imageOf(request: Request): { readonly tiled: TiledImage; readonly padded?: PaddedImage } {
  const { site, places } = request;
  const [height, width, channels] = site.inputs[0];
  const [{ before: top }, { before: left }] = axesOf(site.options, site.inputs[0]);
  const grid = outputGrid(request);
  const [tall, wide] = [reach(grid.rows), reach(grid.columns)];
  if (top === 0 && left === 0 && tall <= height && wide <= width) {
    return { tiled: { place: places.inputs[0], width, channels } };
  }
  const place = places.kept("winograd.padded", tall * wide * channels);
  return { tiled: { place, width: wide, channels }, padded: { place, height: tall, width: wide, top, left } };
}

export function winogradForward(request: Request): Kernel[] {
  const { site, places, epilogue } = request;
  const { filters, useBias } = site.options;
  const { tiled, padded } = imageOf(request);
  const { pool } = epilogue ?? {};
  const [height, width] = pool ? [pool.rows, pool.columns] : site.output;
  const output = {
    place: places.output,
    height,
    width,
    filters,
    bias: useBias ? places.parameters.bias : undefined,
    rectified: epilogue !== undefined,
    winner: pool?.winner,
    add: false,
  };
  return [
    ...(padded ? [padKernel(request, padded)] : []),
    ...convolve(request, {
      title: "forward",
      way: pool ? "winograd+relu+pool" : epilogue ? "winograd+relu" : "winograd",
      image: tiled,
      grid: outputGrid(request),
      kernel: transformedKernel(request, false),
      output,
    }),
  ];
}

/** ∂L/∂O inside zeros, so that both its own tiles and those that the turned kernel slides over lie inside. */
function gradientImage(request: Request): PaddedImage {
  const { site, places } = request;
  const [height, width] = site.inputs[0];
  const [rows, columns] = axesOf(site.options, site.inputs[0]);
  const [top, left] = [2 - rows.before, 2 - columns.before];
  const own = outputGrid(request);
  const over = gridOver(height, width);
  const tall = Math.max(reach(over.rows), top + own.rows * TILE_SIDE);
  const wide = Math.max(reach(over.columns), left + own.columns * TILE_SIDE);
  const place = places.kept("winograd.outputGradient", tall * wide * site.options.filters);
  return { place, height: tall, width: wide, top, left };
}

export function winogradBackward(request: Request, gradients: GradientPlaces): Kernel[] {
  const { site } = request;
  const [height, width, channels] = site.inputs[0];
  const { filters } = site.options;
  const { kernel, bias } = gradients.parameters;
  const [image] = gradients.inputs;
  const padded = gradientImage(request);
  const gradient = { place: padded.place, width: padded.width, channels: filters };
  const corner = placeAfter(padded.place, (padded.top * padded.width + padded.left) * filters * FLOAT);
  const toImage = () =>
    convolve(request, {
      title: "inputGradient",
      way: "winograd",
      image: gradient,
      grid: gridOver(height, width),
      kernel: transformedKernel(request, true),
      output: { ...image!, height, width, filters: channels, rectified: false },
    });
  const toKernel = () =>
    kernelGradient(request, {
      image: imageOf(request).tiled,
      gradient: { ...gradient, place: corner },
      grid: outputGrid(request),
      to: kernel!,
    });
  return [
    ...(image || kernel ? [gradientKernel(request, gradients.output, padded)] : []),
    ...(image ? toImage() : []),
    ...(kernel ? toKernel() : []),
    ...(bias ? [biasKernel(request, gradients.output, bias)] : []),
  ];
}

/** Kernels in the domain; the turned one is what the gradient of the input needs. */
export function winogradRefresh(request: Request, training: boolean): Kernel[] {
  return [filterKernel(request, false), ...(training ? [filterKernel(request, true)] : [])];
}
