// Shares as text.

/** "97.3 %" of 0.973. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
