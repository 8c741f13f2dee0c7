// How many there are, in English: thousands apart, one or many.

/** A whole number with its thousands apart: "5,408". */
export const thousands = (count: number) => count.toLocaleString("en");

/** "1 term", "5,408 terms". */
export const counted = (count: number, one: string, several = `${one}s`) =>
  `${thousands(count)} ${count === 1 ? one : several}`;
