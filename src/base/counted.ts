// How many there are, in words: thousands apart, one or many.

/** A whole number with its thousands apart: 12345 as "12,345". */
export function thousands(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number of things: "1 number", "5,408 numbers". */
export function counted(n: number, one: string, many: string = `${one}s`): string {
  return `${thousands(n)} ${n === 1 ? one : many}`;
}
