// Sizes and flat positions: row-major, the last index runs fastest.

/** Sizes without the batch: [height, width, channels] of an image, [units] of a flat vector, [] of a scalar. */
export type Shape = readonly number[];

/** How many cells a shape has; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/** The flat position of a cell: ((i·W + j)·C + c) for [H, W, C]. */
export function offsetOf(shape: Shape, cell: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) offset = offset * shape[axis] + cell[axis];
  return offset;
}

/** The cell at a flat position; undoes `offsetOf`. */
export function cellAt(shape: Shape, offset: number): number[] {
  const cell = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    cell[axis] = offset % shape[axis];
    offset = (offset - cell[axis]) / shape[axis];
  }
  return cell;
}

/** Whether the cell has one whole index an axis, each inside its size. */
export function contains(shape: Shape, cell: readonly number[]): boolean {
  return cell.length === shape.length && cell.every((n, axis) => Number.isInteger(n) && n >= 0 && n < shape[axis]);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis]);
}
