// Drawings as text, short enough for an address: points on a grid of 64×64, two letters each, "." between strokes.
export type Point = readonly [x: number, y: number];
/** As drawStrokes() takes them. */
export type Strokes = readonly (readonly Point[])[];

/** Points a side of the pad. */
export const gridSide = 64;

/** Letters of a drawing at most: what is longer fits into no address. */
export const longestDrawing = 4000;

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export function packStrokes(strokes: Strokes): string {
  return strokes.map((stroke) => stroke.map(([x, y]) => `${letters[x]}${letters[y]}`).join("")).join(".");
}

/** Undefined where the text is no drawing. */
export function unpackStrokes(text: string): Strokes | undefined {
  if (!/^(?:(?:[\w-]{2})+\.)*(?:[\w-]{2})*$/.test(text)) return undefined;
  const pairs = text.split(".").filter((stroke) => stroke !== "");
  return pairs.map((stroke) =>
    (stroke.match(/../g) ?? []).map((pair): Point => [letters.indexOf(pair[0] ?? ""), letters.indexOf(pair[1] ?? "")]),
  );
}

/** Whether anything is drawn that is more than dots: only that is a picture. */
export function hasLine(strokes: Strokes): boolean {
  return strokes.some(([first, ...others]) => others.some(([x, y]) => x !== first?.[0] || y !== first?.[1]));
}

export interface NamedDrawings {
  readonly name: string;
  readonly drawings: readonly string[];
}

/** "cat:AbCd,EfGh;dog:…" */
export function packClasses(classes: readonly NamedDrawings[]): string {
  return classes.map(({ name, drawings }) => `${encodeURIComponent(name)}:${drawings.join(",")}`).join(";");
}

export function unpackClasses(text: string): readonly NamedDrawings[] | undefined {
  if (text === "") return [];
  const parts = text.split(";").map((part) => part.split(":"));
  const whole = parts.every(([name, drawings, ...surplus]) => name && drawings !== undefined && surplus.length === 0);
  if (!whole) return undefined;
  try {
    const classes = parts.map(([name = "", drawings = ""]) => ({
      name: decodeURIComponent(name),
      drawings: drawings.split(",").filter(Boolean),
    }));
    return classes.every(({ drawings }) => drawings.every((drawing) => unpackStrokes(drawing))) ? classes : undefined;
  } catch {
    return undefined;
  }
}
