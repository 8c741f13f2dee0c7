// What the kernels of maximum and average pooling share: the walk over windows and channels, four channels at a time.
import {
  defineFunction,
  type Expression,
  type Local,
  type Scope,
  type Statement,
  sequence,
  type WasmFunction,
} from "../backend/wasm/assembler.ts";
import { LANES, laneBlocks, storeLanes } from "../backend/wasm/blocks/lanes.ts";
import { advance, repeat } from "../backend/wasm/blocks/loops.ts";
import { addressOf, FLOAT, type Place } from "../backend/wasm/machine.ts";
import type { KernelRequest } from "./kernels.ts";
import { type PoolOptions, poolAxes } from "./pooling.ts";
import { windowSegments } from "./window.ts";

/** The numbers of one window in four channels. */
export interface PoolWindow {
  readonly scope: Scope;
  /** Offsets in bytes from `input` of the cells that lie inside, row by row. */
  readonly taps: readonly number[];
  /** Addresses of the window's first cell in each input-shaped tensor, and of its cell in each output-shaped one. */
  readonly inputs: readonly Expression<"i32">[];
  readonly outputs: readonly Expression<"i32">[];
  /** Lanes that count. */
  readonly lanes: number;
}

/** A function that does `body` for every window and every four channels. */
export function poolFunction(
  { name, site }: KernelRequest<PoolOptions>,
  direction: string,
  tensors: { readonly inputs: readonly Place[]; readonly outputs: readonly Place[] },
  body: (window: PoolWindow) => Statement,
): WasmFunction {
  const [, width, channels] = site.inputs[0];
  const [rows, columns] = poolAxes(site.options, site.inputs[0]);
  const pixel = channels * FLOAT;
  return defineFunction(`${name}.${direction}`, ["base"], (scope, base) => {
    const pointers = (kind: string, places: readonly Place[]) =>
      places.map((_, k) => scope.local("i32", `${kind}${k}`));
    const [ins, outs] = [pointers("in", tensors.inputs), pointers("out", tensors.outputs)];
    const place = (all: readonly Local<"i32">[], places: readonly Place[], bytes: number) =>
      all.map((pointer, k) =>
        scope.set(pointer, addressOf(scope, base, { ...places[k], offset: places[k].offset + bytes })),
      );
    const move = (all: readonly Local<"i32">[], bytes: number) => all.map((pointer) => advance(scope, pointer, bytes));
    const parts = windowSegments(rows).flatMap((down) =>
      windowSegments(columns).map((across) => {
        const y = down.start * rows.stride - rows.before + down.first;
        const x = across.start * columns.stride - columns.before + across.first;
        const taps = range(down.last - down.first + 1).flatMap((m) =>
          range(across.last - across.first + 1).map((n) => (m * width + n) * pixel),
        );
        const blocks = laneBlocks(channels, 1).map(({ lastLanes, repeats }) => {
          const get = (all: readonly Local<"i32">[]) => all.map((pointer) => scope.get(pointer));
          const one = body({ scope, taps, inputs: get(ins), outputs: get(outs), lanes: lastLanes });
          return repeat(scope, repeats, one, ...move([...ins, ...outs], lastLanes * FLOAT));
        });
        const nextColumn = [...blocks, ...move(ins, (columns.stride - 1) * pixel)];
        const nextRow = [
          repeat(scope, across.count, ...nextColumn),
          ...move(ins, (rows.stride * width - across.count * columns.stride) * pixel),
          ...move(outs, (columns.count - across.count) * pixel),
        ];
        return sequence(
          place(ins, tensors.inputs, (y * width + x) * pixel),
          place(outs, tensors.outputs, (down.start * columns.count + across.start) * pixel),
          repeat(scope, down.count, ...nextRow),
        );
      }),
    );
    return sequence(parts);
  });
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);

/** Stores the channels that count. */
export function storeAt(
  { lanes }: PoolWindow,
  address: Expression<"i32">,
  value: Expression<"v128">,
  bytes = 0,
): Statement {
  return storeLanes(address, value, Math.min(lanes, LANES), bytes);
}
