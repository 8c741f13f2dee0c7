// What the sentences of all rooms share.

export const list = (items: readonly (string | number)[]) => items.join(", ");

/** 1 picture, 2 pictures; digits stand together, as programs and files write them. */
export const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

/** A value from outside as JSON, cut to a length that fits on a line. */
export function show(value: unknown): string {
  const text = asJson(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** What JSON cannot hold (a BigInt, a ring, too deep a nesting) is named by its type. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a value of type ${typeof value} that JSON cannot hold`;
  }
}
