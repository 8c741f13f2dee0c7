// conv2d by Winograd: the gradient of the kernel, ∂L/∂K = Gᵀ[Σ_tiles (Bᵀ·D·B) ⊙ (A·∂L/∂Y·Aᵀ)]·G. The sum over all tiles of a call is taken
// in the domain, tile by tile, image by image, and leaves it once.
import {
  type Expression,
  f32x4,
  i32,
  type Local,
  type Statement,
  sequence,
  v128,
} from "../../backend/wasm/assembler.ts";
import { LANES } from "../../backend/wasm/blocks/lanes.ts";
import { advance, pointerTo, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { addFrequencyOuterProducts, planeBytes } from "../../backend/wasm/blocks/winograd-products.ts";
import {
  FREQUENCIES,
  gradientTransform,
  imageTransform,
  Transformer,
  VECTOR,
  weightGradientTransform,
} from "../../backend/wasm/blocks/winograd-transforms.ts";
import { FLOAT, type Frame, type Kernel, type Place } from "../../backend/wasm/machine.ts";
import { blockTiles, keptImage } from "./winograd-convolve.ts";
import {
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

export interface KernelGradient {
  readonly image: TiledImage;
  /** ∂L/∂O: its first tile begins at the place. */
  readonly gradient: TiledImage;
  readonly grid: TileGrid;
  /** ∂L/∂K. */
  readonly to: Place;
}

/** The kernels of the kernel's gradient. */
export function kernelGradient(request: Request, spec: KernelGradient): Kernel[] {
  return request.group === 1 ? cutGradient(request, spec) : [blockedGradient(request, spec)];
}

function stepsOf({ set, places }: Request, { image, gradient, grid }: KernelGradient, tiles: number) {
  const [from, to] = [domainRoom(tiles, image.channels), domainRoom(tiles, gradient.channels)];
  const sumPlane = planeBytes(image.channels, gradient.channels);
  const room = transformRoom(places);
  const common = { set, room, grid };
  return {
    from,
    to,
    sumFloats: (FREQUENCIES * sumPlane) / FLOAT,
    intoImage: { ...common, transform: imageTransform, image, plane: from.plane },
    intoGradient: { ...common, transform: gradientTransform, image: gradient, plane: to.plane },
    outer: {
      set,
      channels: image.channels,
      filters: gradient.channels,
      imagePlane: from.plane,
      gradientPlane: to.plane,
      sumPlane,
    },
  };
}

function blockedGradient(request: Request, spec: KernelGradient): Kernel {
  const { name, places } = request;
  const { image, gradient, grid } = spec;
  const most = blockTiles(request, grid);
  const steps = stepsOf(request, spec, most);
  const v = places.scratch("winograd.kernelGradient.image", steps.from.floats);
  const d = places.scratch("winograd.kernelGradient.gradient", steps.to.floats);
  const sums = places.scratch("winograd.kernelGradient.sums", steps.sumFloats);
  const leave = leaveDomain(request, spec, sums);
  const build = (frame: Frame) => {
    const at = { image: frame.address(v), gradient: frame.address(d), sums: frame.address(sums) };
    const all = i32.const(FREQUENCIES);
    return sequence(
      eachBlock(frame, grid, most, (range, more) =>
        sequence(
          intoDomain(frame, steps.intoImage, range, at.image),
          intoDomain(frame, steps.intoGradient, range, at.gradient),
          addFrequencyOuterProducts(frame.scope, steps.outer, range.count, more, all, at),
        ),
      ),
      leave(frame, i32.const(0), i32.const(image.channels)),
    );
  };
  const work = FREQUENCIES * tilesOf(grid) * image.channels * gradient.channels;
  return { name: `${name}.kernelGradient`, way: "winograd", parts: 1, work, build };
}

/** With one image a call: the image's numbers in the domain are those of the forward pass. */
function cutGradient(request: Request, spec: KernelGradient): Kernel[] {
  const { name, places } = request;
  const { image, gradient, grid, to } = spec;
  const tiles = tilesOf(grid);
  const steps = stepsOf(request, spec, tiles);
  const { outer } = steps;
  const v = keptImage(request, "forward", grid, image.channels).place;
  const d = places.kept("winograd.kernelGradient.gradient", steps.to.floats);
  const sums = places.kept("winograd.kernelGradient.sums", steps.sumFloats);
  const leave = leaveDomain(request, { ...spec, to }, sums);
  const after = (start: Expression<"i32">, count: Expression<"i32">, bytes: number) =>
    i32.add(start, i32.mul(count, i32.const(bytes)));
  const transform = (frame: Frame) => {
    const rows = partRows(frame, grid);
    return intoDomain(frame, steps.intoGradient, rows, after(frame.address(d), rows.first, gradient.channels * FLOAT));
  };
  const multiply = (frame: Frame) =>
    addFrequencyOuterProducts(frame.scope, outer, i32.const(tiles), i32.const(0), frame.parts, {
      image: after(frame.address(v), frame.from, outer.imagePlane),
      gradient: after(frame.address(d), frame.from, outer.gradientPlane),
      sums: after(frame.address(sums), frame.from, outer.sumPlane),
    });
  const numbers = FREQUENCIES * gradient.channels;
  const kernel = (title: string, parts: number, work: number, build: Kernel["build"]): Kernel => ({
    name: `${name}.${title}`,
    way: "winograd",
    parts,
    work,
    build,
  });
  return [
    kernel("kernelGradientTransform", grid.rows, tiles * numbers, transform),
    kernel("kernelGradientProducts", FREQUENCIES, tiles * numbers * image.channels, multiply),
    kernel("kernelGradient", image.channels, numbers * image.channels, (frame) =>
      leave(frame, frame.from, frame.parts),
    ),
  ];
}

/** Adds Gᵀ·sums(c, f)·G to ∂L/∂K(·, ·, c, f) for so many channels from `first` on. */
function leaveDomain({ set, places }: Request, { image, gradient, to }: KernelGradient, sums: Place) {
  const room = transformRoom(places);
  const [channels, filters] = [image.channels, gradient.channels];
  const plane = planeBytes(channels, filters);
  const tap = channels * filters * FLOAT;
  return (frame: Frame, first: Expression<"i32">, count: Expression<"i32">): Statement => {
    const { scope } = frame;
    const start = (place: Place) => i32.add(frame.address(place), i32.mul(first, i32.const(filters * FLOAT)));
    const [from, target] = [pointerTo(scope, "sums", start(sums)), pointerTo(scope, "to", start(to))];
    const transformer = new Transformer(scope, set, weightGradientTransform, frame.address(room));
    const addTo = (address: Expression<"i32">, value: Expression<"v128">, k: number) =>
      v128.store(address, f32x4.add(v128.load(address, k * tap), value), k * tap);
    const get = (local: Local<"i32">) => scope.get(local);
    return sequence(
      transformer.start,
      from.start,
      target.start,
      repeatTimes(
        scope,
        i32.mul(count, i32.const(filters / LANES)),
        transformer.tile(transformer.columns(get(from.pointer), 6 * plane, plane), get(target.pointer), 3 * tap, addTo),
        advance(scope, from.pointer, VECTOR),
        advance(scope, target.pointer, VECTOR),
      ),
    );
  };
}
