// Work that consists of equal pieces: all of them, or those of the call where each piece is a part of the kernel.
import { type Expression, i32, type Statement } from "../assembler.ts";
import type { Frame } from "../machine.ts";
import { repeat, repeatTimes } from "./loops.ts";

/** Whether the kernel is cut into its pieces, and how many there are. */
export interface Pieces {
  readonly cut: boolean;
  readonly count: number;
}

/** Bytes to the first piece that is to be done. */
export function firstPiece(frame: Frame, { cut }: Pieces, bytes: number): Expression<"i32"> {
  return cut ? i32.mul(frame.from, i32.const(bytes)) : i32.const(0);
}

/** Does the body for each piece that is to be done. */
export function eachPiece(frame: Frame, { cut, count }: Pieces, ...body: readonly Statement[]): Statement {
  return cut ? repeatTimes(frame.scope, frame.parts, ...body) : repeat(frame.scope, count, ...body);
}
