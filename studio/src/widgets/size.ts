// The size of a map as an answer: how it stands in the page's address.

export type Size = readonly [rows: number, columns: number];

export function writeSize([rows, columns]: Size): string {
  return `${rows},${columns}`;
}

/** Undefined of what is no size. */
export function readSize(text: string): Size | undefined {
  const [, rows, columns] = /^(\d+),(\d+)$/.exec(text) ?? [];
  return rows === undefined || columns === undefined ? undefined : [Number(rows), Number(columns)];
}
