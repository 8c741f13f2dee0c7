// Addresses of cells: taken apart, put together, and where a cell lies among its tensor's numbers.

/** "conv1.out[1,2,0]" of "conv1.out" and [1,2,0]; of a single number the name alone. */
export function addressOf(name: string, cell: readonly number[]): string {
  return cell.length === 0 ? name : `${name}[${cell.join(",")}]`;
}

/** "grad:conv1.kernel" and [0,0,0,1] of "grad:conv1.kernel[0,0,0,1]". */
export function splitAddress(address: string): { readonly name: string; readonly cell: readonly number[] } {
  const found = /^(.*)\[([0-9,]*)\]$/.exec(address);
  if (!found?.[1]) return { name: address, cell: [] };
  return { name: found[1], cell: (found[2] ?? "").split(",").filter(Boolean).map(Number) };
}

/** Where a cell lies among a tensor's numbers: the last index runs fastest. */
export function offsetOf(shape: readonly number[], cell: readonly number[]): number {
  return shape.reduce((offset, size, axis) => offset * size + (cell[axis] ?? 0), 0);
}

/** Which cell lies there. */
export function cellOf(shape: readonly number[], offset: number): readonly number[] {
  const cell: number[] = [];
  let rest = offset;
  for (const size of shape.toReversed()) {
    cell.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return cell;
}
