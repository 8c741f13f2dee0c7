// What is written of a layer at a moment of its beat: at its start, at rest and at its end everything; between, cell after cell.

export interface Moment {
  /** The cell, row and column, that is being written; undefined where everything is there. A single number has no indices. */
  readonly cell: readonly number[] | undefined;
  readonly written: (row: number, column: number) => boolean;
}

/** `t` in beats, a beat a layer; the shape is that of what the layer writes. */
export function momentAt(t: number, shape: readonly number[]): Moment {
  const gone = t - Math.floor(t);
  const [rows = 1, columns] = shape;
  if (gone === 0) return { cell: undefined, written: () => true };
  const across = shape.length > 1 ? (columns ?? 1) : 1;
  const place = Math.min(rows * across - 1, Math.floor(gone * rows * across));
  const [row, column] = [Math.floor(place / across), place % across];
  const cell = shape.length === 0 ? [] : shape.length === 1 ? [row] : [row, column];
  return { cell, written: (r, c) => r * across + c <= place };
}
