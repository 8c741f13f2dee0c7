// How large cells are: the largest of the grid's sizes with which all parts of a layer stand side by side. Only sizes, no numbers.

/** A part of a layer's view: so many cells across and down, and how many such matrices stand one above the other. */
export interface Part {
  readonly rows: number;
  readonly columns: number;
  readonly stacked?: number;
  /** No smaller than this, so that its numbers can be read. */
  readonly least?: number;
  /** Whether indices stand in the margins; otherwise only the caption takes room. */
  readonly bare?: boolean;
  /** Words beside the cells may need more than the cells do. */
  readonly words?: number;
}

export interface Room {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

/** The sizes of cells that hold numbers, and those that only hold colour. */
const withNumbers = [44, 40, 36, 32, 28, 24] as const;
const coloursOnly = [20, 16, 14, 12, 10, 8, 7, 6, 5, 4, 3] as const;

/** Margins with indices, captions. */
const beside = 22;
const above = 46;
const caption = 28;
const between = 12;

export function fits(parts: readonly Part[], pitch: number, { width, height, gap }: Room): boolean {
  const across = parts.reduce(
    (sum, part) => sum + Math.max(part.words ?? 0, part.columns * sizeIn(part, pitch) + (part.bare ? 0 : beside)),
    (parts.length - 1) * gap,
  );
  return (
    across <= width &&
    parts.every(
      (part) =>
        (part.stacked ?? 1) * (part.rows * sizeIn(part, pitch) + (part.bare ? caption : above) + between) - between <=
        height,
    )
  );
}

export const sizeIn = ({ least = 0 }: Part, pitch: number): number => Math.max(least, pitch);

/** The largest cells with which the parts fit; undefined where even the smallest of the kind are too large. */
export function pitchFor(parts: readonly Part[], room: Room, numbers: boolean): number | undefined {
  const sizes = numbers ? withNumbers : [...withNumbers, ...coloursOnly];
  return sizes.find((pitch) => fits(parts, pitch, room));
}

/** Where parts may stand in several lines: the largest cells with which each of them alone fits. */
export function pitchAlone(parts: readonly Part[], width: number, most: number): number {
  const sizes = [...withNumbers, ...coloursOnly].filter((pitch) => pitch <= most);
  return sizes.find((pitch) => parts.every((part) => part.columns * sizeIn(part, pitch) + beside <= width)) ?? 3;
}
