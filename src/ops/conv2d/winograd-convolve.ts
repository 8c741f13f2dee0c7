// conv2d by Winograd: Y = Aᵀ[(G·K·Gᵀ) ⊙ (Bᵀ·D·B)]·A, summed over channels. Forward, and backward to the input, are both made of it.
//
// Where a call brings several images, one kernel takes blocks of tiles all the way, while their numbers are in the cache: a block spans
// images, so that small ones fill it too. Where it brings one, the steps are kernels of their own, which can be cut into parts. Every
// output is the same sum in the same order both ways.
import { i32, sequence } from "../../backend/wasm/assembler.ts";
import { multiplyFrequencies, type ProductSpec } from "../../backend/wasm/blocks/winograd-products.ts";
import { FREQUENCIES, imageTransform } from "../../backend/wasm/blocks/winograd-transforms.ts";
import { FLOAT, type Frame, type Kernel, type Place } from "../../backend/wasm/machine.ts";
import { kernelPlane } from "./winograd-filters.ts";
import { outOfDomain, type TileOutput } from "./winograd-output.ts";
import {
  type Domain,
  domainRoom,
  eachBlock,
  intoDomain,
  partRows,
  type Request,
  type TiledImage,
  type TileGrid,
  tilesOf,
  transformRoom,
} from "./winograd-tiles.ts";

/** Tiles of a block: so few that their numbers in the domain stay in a core's own cache beside the kernel's, which stream through. */
const BLOCK_TILES = 16;

export interface Convolution {
  /** "forward" or "inputGradient": the end of the kernels' names. */
  readonly title: string;
  readonly way: string;
  readonly image: TiledImage;
  readonly grid: TileGrid;
  /** The transformed kernel. */
  readonly kernel: Place;
  readonly output: Omit<TileOutput, "set" | "room" | "grid" | "plane">;
}

/** Tiles that a block of this request's calls holds. */
export function blockTiles({ group }: Request, grid: TileGrid): number {
  return Math.min(BLOCK_TILES, group * tilesOf(grid));
}

/** The kernels of a convolution. */
export function convolve(request: Request, spec: Convolution): Kernel[] {
  return request.group === 1 ? cutConvolution(request, spec) : blockedConvolution(request, spec);
}

function stepsOf({ set, places }: Request, spec: Convolution, tiles: number) {
  const { image, grid, output } = spec;
  const [from, to] = [domainRoom(tiles, image.channels), domainRoom(tiles, output.filters)];
  const room = transformRoom(places);
  const common = { set, room, grid };
  const products: ProductSpec = {
    set,
    channels: image.channels,
    filters: output.filters,
    imagePlane: from.plane,
    kernelPlane: kernelPlane(image.channels, output.filters),
    sumPlane: to.plane,
  };
  return {
    from,
    to,
    into: { ...common, transform: imageTransform, image, plane: from.plane },
    products,
    out: { ...common, ...output, plane: to.plane },
  };
}

function blockedConvolution(request: Request, spec: Convolution): Kernel[] {
  const { name, places } = request;
  const { title, way, grid, kernel, image, output } = spec;
  const most = blockTiles(request, grid);
  const { from, to, into, products, out } = stepsOf(request, spec, most);
  const v = places.scratch(`winograd.${title}.image`, from.floats);
  const m = places.scratch(`winograd.${title}.sums`, to.floats);
  const build = (frame: Frame) =>
    eachBlock(frame, grid, most, (range) => {
      const at = { image: frame.address(v), kernel: frame.address(kernel), sums: frame.address(m) };
      return sequence(
        intoDomain(frame, into, range, at.image),
        multiplyFrequencies(frame.scope, products, range.count, i32.const(FREQUENCIES), at),
        outOfDomain(frame, out, range, at.sums),
      );
    });
  const work = FREQUENCIES * tilesOf(grid) * image.channels * output.filters;
  return [{ name: `${name}.${title}`, way, parts: 1, work, build }];
}

/** Where the transformed image of a call of one image stays: the kernel's gradient reads it again. */
export function keptImage({ places }: Request, title: string, grid: TileGrid, channels: number): Domain {
  const { floats, plane } = domainRoom(tilesOf(grid), channels);
  return { place: places.kept(`winograd.${title}.image`, floats), channels, plane };
}

function cutConvolution(request: Request, spec: Convolution): Kernel[] {
  const { name, places } = request;
  const { title, way, grid, kernel, image, output } = spec;
  const tiles = tilesOf(grid);
  const { to, into, products, out } = stepsOf(request, spec, tiles);
  const v = keptImage(request, title, grid, image.channels).place;
  const m = places.kept(`winograd.${title}.sums`, to.floats);
  const rows = (frame: Frame) => partRows(frame, grid);
  const multiply = (frame: Frame) => {
    const plane = (place: Place, bytes: number) => i32.add(frame.address(place), i32.mul(frame.from, i32.const(bytes)));
    return multiplyFrequencies(frame.scope, products, i32.const(tiles), frame.parts, {
      image: plane(v, products.imagePlane),
      kernel: plane(kernel, products.kernelPlane),
      sums: plane(m, products.sumPlane),
    });
  };
  const row = (frame: Frame, place: Place, channels: number) =>
    i32.add(frame.address(place), i32.mul(rows(frame).first, i32.const(channels * FLOAT)));
  const [wide, deep] = [tiles * FREQUENCIES * output.filters, tiles * FREQUENCIES * image.channels];
  const named = { way, parts: grid.rows };
  return [
    {
      ...named,
      name: `${name}.${title}Transform`,
      work: deep,
      build: (frame) => intoDomain(frame, into, rows(frame), row(frame, v, image.channels)),
    },
    { name: `${name}.${title}Products`, way, parts: FREQUENCIES, work: deep * output.filters, build: multiply },
    {
      ...named,
      name: `${name}.${title}`,
      work: wide,
      build: (frame) => outOfDomain(frame, out, rows(frame), row(frame, m, output.filters)),
    },
  ];
}
