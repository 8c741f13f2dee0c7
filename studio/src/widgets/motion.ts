// Movement as a function of how far a beat has gone, 0…1; rounded, so that equal moments give equal pages.

const rounded = (value: number) => Math.round(value * 1000) / 1000;
const within = (u: number) => Math.max(0, Math.min(1, u));

/** Slow at both ends: the window, the camera. */
export function easeInOut(u: number): number {
  const v = within(u);
  return rounded(v < 0.5 ? 4 * v * v * v : 1 - 4 * (1 - v) * (1 - v) * (1 - v));
}

/** Slow at the arrival: a number in flight. */
export function easeOut(u: number): number {
  const v = within(u);
  return rounded(1 - (1 - v) * (1 - v) * (1 - v));
}

/** A place between two. */
export function between(from: number, to: number, u: number): number {
  return rounded(from + (to - from) * u);
}

/** How far a stretch from `begin` to `end` of a beat has gone. */
export function stretch(u: number, begin: number, end: number): number {
  return within((u - begin) / (end - begin));
}
