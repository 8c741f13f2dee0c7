// conv2d by Winograd: the kernel in the domain, G·K·Gᵀ, for the forward pass, and turned by 180° with channels and filters exchanged for
// the gradient of the input.
import { i32, type Scope, type Statement, sequence, v128 } from "../../backend/wasm/assembler.ts";
import { LANES } from "../../backend/wasm/blocks/lanes.ts";
import { advance, pointerTo, repeat, repeatTimes } from "../../backend/wasm/blocks/loops.ts";
import { BLOCK_FILTERS, planeBytes } from "../../backend/wasm/blocks/winograd-products.ts";
import { FREQUENCIES, Transformer, VECTOR, weightTransform } from "../../backend/wasm/blocks/winograd-transforms.ts";
import { FLOAT, type Frame, type Kernel, type Place } from "../../backend/wasm/machine.ts";
import { type Request, transformRoom } from "./winograd-tiles.ts";

/** Bytes of a frequency of a transformed kernel: blocks of eight filters, each (channels, 8). */
export function kernelPlane(channels: number, filters: number): number {
  return planeBytes(channels, Math.ceil(filters / BLOCK_FILTERS) * BLOCK_FILTERS);
}

/** Where the transformed kernel lies, the forward one or the turned one. */
export function transformedKernel({ site, places }: Request, turned: boolean): Place {
  const [channels, { filters }] = [site.inputs[0][2], site.options];
  const plane = turned ? kernelPlane(filters, channels) : kernelPlane(channels, filters);
  return places.shared(turned ? "winogradTurned" : "winogradKernel", (FREQUENCIES * plane) / FLOAT);
}

const BLOCK_ROW = BLOCK_FILTERS * FLOAT;

/** U(c, f) = G·K(c, f)·Gᵀ, or of the turned kernel U(f, c), four filters a part. */
export function filterKernel(request: Request, turned: boolean): Kernel {
  const { name, set, site, places } = request;
  const [channels, { filters }] = [site.inputs[0][2], site.options];
  const to = transformedKernel(request, turned);
  const room = transformRoom(places);
  const build = (frame: Frame) => {
    const { scope } = frame;
    const from = pointerTo(
      scope,
      "kernel",
      i32.add(frame.address(places.parameters.kernel), i32.mul(frame.from, i32.const(VECTOR))),
    );
    const part = pointerTo(scope, "part", frame.from);
    const target = scope.local("i32", "to");
    const transformer = new Transformer(scope, set, weightTransform, frame.address(room));
    const shape = { channels, filters, transformer, from: from.pointer, to: target };
    const position = turned
      ? i32.mul(scope.get(part.pointer), i32.const(LANES * BLOCK_ROW))
      : blockOf(scope, part.pointer, channels);
    return sequence(
      transformer.start,
      from.start,
      part.start,
      repeatTimes(
        scope,
        frame.parts,
        scope.set(target, i32.add(frame.address(to), position)),
        turned ? turnedChannels(scope, shape) : forwardChannels(scope, shape),
        advance(scope, from.pointer, VECTOR - channels * filters * FLOAT),
        advance(scope, part.pointer, 1),
      ),
    );
  };
  const work = FREQUENCIES * channels * filters;
  return {
    name: `${name}.${turned ? "refreshTurned" : "refresh"}`,
    way: "winograd",
    parts: filters / LANES,
    work,
    build,
  };
}

/** Bytes from the first block to four filters of one: two such fours share a block. */
function blockOf(scope: Scope, part: Parameters<Scope["get"]>[0], channels: number) {
  const four = scope.get(part) as ReturnType<typeof i32.const>;
  return i32.add(
    i32.mul(i32.div_u(four, i32.const(2)), i32.const(channels * BLOCK_ROW)),
    i32.mul(i32.rem_u(four, i32.const(2)), i32.const(VECTOR)),
  );
}

interface FilterShape {
  readonly channels: number;
  readonly filters: number;
  readonly transformer: Transformer;
  readonly from: ReturnType<typeof pointerTo>["pointer"];
  readonly to: ReturnType<typeof pointerTo>["pointer"];
}

/** All channels of four filters, whose numbers stay side by side. */
function forwardChannels(scope: Scope, { channels, filters, transformer, from, to }: FilterShape): Statement {
  const tap = channels * filters * FLOAT;
  const plane = kernelPlane(channels, filters);
  const one = transformer.tile(
    transformer.columns(scope.get(from), 3 * tap, tap),
    scope.get(to),
    6 * plane,
    (address, value, k) => v128.store(address, value, k * plane),
  );
  return repeat(scope, channels, one, advance(scope, from, filters * FLOAT), advance(scope, to, BLOCK_ROW));
}

/** All channels of four filters, whose numbers go to rows of their own: what was summed over stands side by side now. */
function turnedChannels(scope: Scope, { channels, filters, transformer, from, to }: FilterShape): Statement {
  const tap = channels * filters * FLOAT;
  const plane = kernelPlane(filters, channels);
  const value = scope.local("v128", "value");
  const last = i32.add(scope.get(from), i32.const(2 * tap));
  const one = [
    transformer.tile(transformer.columns(last, 3 * tap, tap, true), scope.get(to), 6 * plane, (address, sum, k) =>
      sequence(
        scope.set(value, sum),
        ...[0, 1, 2, 3].map((lane) => v128.store32_lane(address, scope.get(value), lane, k * plane + lane * BLOCK_ROW)),
      ),
    ),
    advance(scope, from, filters * FLOAT),
    advance(scope, to, FLOAT),
  ];
  const [whole, rest] = [Math.floor(channels / BLOCK_FILTERS), channels % BLOCK_FILTERS];
  const block = [repeat(scope, BLOCK_FILTERS, ...one), advance(scope, to, (filters - 1) * BLOCK_ROW)];
  return sequence(repeat(scope, whole, ...block), repeat(scope, rest, ...one));
}
