// What the kernels of maximum and average pooling share: the walk over windows and channels, four channels at a time.
import {
  clearMemory,
  type Expression,
  f32x4,
  i32,
  type Local,
  type Scope,
  type Statement,
  sequence,
  v128,
} from "../backend/wasm/assembler.ts";
import { LANES, laneBlocks, mapVectors, storeLanes } from "../backend/wasm/blocks/lanes.ts";
import { advance, repeat } from "../backend/wasm/blocks/loops.ts";
import { FLOAT, type Frame, type Kernel, type Place, placeAfter } from "../backend/wasm/machine.ts";
import { sizeOf } from "../base/shape.ts";
import type { GradientPlace, KernelRequest } from "./kernels.ts";
import { type PoolOptions, poolAxes } from "./pooling.ts";
import { type WindowAxis, type WindowSegment, windowSegments } from "./window.ts";

/** The numbers of one window in four channels. */
export interface PoolWindow {
  readonly scope: Scope;
  /** Offsets in bytes from `inputs` of the cells that lie inside, row by row; and from `outputs` of the window's cell. */
  readonly taps: readonly number[];
  readonly cell: number;
  /** Addresses of a first cell in each input-shaped tensor, and in each output-shaped one. */
  readonly inputs: readonly Expression<"i32">[];
  readonly outputs: readonly Expression<"i32">[];
  /** Lanes that count. */
  readonly lanes: number;
}

/** Tensors shaped like the layer's input and like its output. */
export interface PoolTensors {
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

type Body = (window: PoolWindow) => Statement;
type Request = KernelRequest<PoolOptions>;

/** Channels done together: two vectors of four. */
const WIDTH = 2;

/** A kernel that makes the output: `value` gives the cell of a window. */
export function poolForward(request: Request, value: (window: PoolWindow) => Expression<"v128">): Kernel {
  const { inputs, output } = request.places;
  const body = (window: PoolWindow) => storeLanes(window.outputs[0], value(window), window.lanes, window.cell);
  return poolKernel(request, "forward", (frame) =>
    frame.eachImage(eachWindow(frame, request, { inputs, outputs: [output] }, body)),
  );
}

/** A kernel that makes the input's gradient: `shares` gives what goes to each tap of a window, through `give`. The windows' cells are
 * written at once where every cell lies in one window at most; else the gradient starts from zero, and windows add to it. */
export function poolBackward(
  request: Request,
  { inputs, outputs }: PoolTensors,
  { place, add }: GradientPlace,
  shares: (window: PoolWindow, give: (tap: number, value: Expression<"v128">) => Statement) => Statement,
): Kernel {
  const axes = poolAxes(request.site.options, request.site.inputs[0]);
  const apart = axes.every(({ kernel, stride, count }) => kernel === stride || count === 1);
  const adds = add || !apart;
  const body = (window: PoolWindow) => {
    const to = window.inputs[inputs.length];
    return shares(window, (tap, value) =>
      storeLanes(to, adds ? f32x4.add(v128.load(to, tap), value) : value, window.lanes, tap),
    );
  };
  const tensors = { inputs: [...inputs, place], outputs };
  return poolKernel(request, "inputGradient", (frame) => {
    const clear = apart ? clearDropped(frame, request, axes, place) : clearAll(frame, request, place);
    return frame.eachImage(add ? sequence() : clear, eachWindow(frame, request, tensors, body));
  });
}

function poolKernel({ name, site }: Request, direction: string, build: Kernel["build"]): Kernel {
  return { name: `${name}.${direction}`, way: "window", parts: 1, work: sizeOf(site.inputs[0]), build };
}

function clearAll(frame: Frame, { site }: Request, place: Place): Statement {
  return clearMemory(frame.address(place), i32.const(sizeOf(site.inputs[0]) * FLOAT));
}

/** Zeros in the rows and columns behind the last window. */
function clearDropped(
  frame: Frame,
  { site }: Request,
  [rows, columns]: readonly [WindowAxis, WindowAxis],
  place: Place,
): Statement {
  const [height, width, channels] = site.inputs[0];
  const covered = ({ size, kernel, stride, before, count }: WindowAxis) =>
    Math.min(size, (count - 1) * stride + kernel - before);
  const [down, across] = [covered(rows), covered(columns)];
  const row = width * channels * FLOAT;
  const { scope } = frame;
  const right = scope.local("i32", "right");
  const zeros = mapVectors(scope, (width - across) * channels, scope.get(right), [], () => v128.zero);
  const below = frame.address(placeAfter(place, down * row));
  return sequence(
    across < width
      ? [
          scope.set(right, frame.address(placeAfter(place, across * channels * FLOAT))),
          repeat(scope, down, zeros, advance(scope, right, row)),
        ]
      : [],
    down < height ? clearMemory(below, i32.const((height - down) * row)) : [],
  );
}

/** Does `body` for every window and every four channels. */
function eachWindow(frame: Frame, request: Request, tensors: PoolTensors, body: Body): Statement {
  const pointers = (kind: string, places: readonly Place[]) =>
    places.map((_, k) => frame.scope.local("i32", `${kind}${k}`));
  const walk = {
    frame,
    request,
    tensors,
    ins: pointers("in", tensors.inputs),
    outs: pointers("out", tensors.outputs),
    body,
  };
  const [rows, columns] = poolAxes(request.site.options, request.site.inputs[0]);
  return sequence(
    windowSegments(rows).flatMap((down) =>
      windowSegments(columns).map((across) => segment(walk, [rows, columns], down, across)),
    ),
  );
}

interface Walk {
  readonly frame: Frame;
  readonly request: Request;
  readonly tensors: PoolTensors;
  readonly ins: readonly Local<"i32">[];
  readonly outs: readonly Local<"i32">[];
  readonly body: Body;
}

/** The windows of a segment of rows and a segment of columns: all of them read the same taps. */
function segment(
  walk: Walk,
  [rows, columns]: readonly [WindowAxis, WindowAxis],
  down: WindowSegment,
  across: WindowSegment,
): Statement {
  const { frame, request, tensors, ins, outs } = walk;
  const { scope } = frame;
  const [, width, channels] = request.site.inputs[0];
  const pixel = channels * FLOAT;
  const y = down.start * rows.stride - rows.before + down.first;
  const x = across.start * columns.stride - columns.before + across.first;
  const taps = range(down.last - down.first + 1).flatMap((m) =>
    range(across.last - across.first + 1).map((n) => (m * width + n) * pixel),
  );
  const move = (all: readonly Local<"i32">[], bytes: number) => all.map((pointer) => advance(scope, pointer, bytes));
  const place = (all: readonly Local<"i32">[], places: readonly Place[], bytes: number) =>
    all.map((pointer, k) => scope.set(pointer, frame.address(placeAfter(places[k], bytes))));
  const nextColumn = [...eachChannel(walk, channels, taps), ...move(ins, (columns.stride - 1) * pixel)];
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
}

/** The channels of one window; leaves the pointers behind them. */
function eachChannel({ frame: { scope }, ins, outs, body }: Walk, channels: number, taps: readonly number[]) {
  const get = (all: readonly Local<"i32">[]) => all.map((pointer) => scope.get(pointer));
  return laneBlocks(channels, WIDTH).map(({ vectors, lastLanes, repeats }) => {
    const vector = (v: number) => {
      const cell = v * LANES * FLOAT;
      const lanes = v === vectors - 1 ? lastLanes : LANES;
      return body({ scope, taps: taps.map((tap) => tap + cell), cell, inputs: get(ins), outputs: get(outs), lanes });
    };
    const bytes = ((vectors - 1) * LANES + lastLanes) * FLOAT;
    const steps = [...ins, ...outs].map((pointer) => advance(scope, pointer, bytes));
    return repeat(scope, repeats, ...range(vectors).map(vector), ...steps);
  });
}

const range = (count: number) => Array.from({ length: count }, (_, k) => k);
