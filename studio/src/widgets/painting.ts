// Draws a plane of numbers on a canvas, one pixel a number, in the colours that its cells would have.
import { fillOf, type Scale, type Theme } from "cutaway/story";

export interface Painted {
  readonly rows: number;
  readonly columns: number;
  readonly scale: Scale;
  /** undefined where there is no number: the pixel stays clear. */
  valueAt(row: number, column: number): number | undefined;
}

export function paintOn(canvas: HTMLCanvasElement, { rows, columns, scale, valueAt }: Painted, theme: Theme): void {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(columns, rows);
  const known = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = valueAt(row, column);
      if (value === undefined) continue;
      const colour = known.get(value) ?? Number.parseInt(fillOf(scale, value, theme).slice(1), 16);
      known.set(value, colour);
      const place = 4 * (row * columns + column);
      image.data.set([colour >> 16, (colour >> 8) & 255, colour & 255, 255], place);
    }
  }
  context.putImageData(image, 0, 0);
}
