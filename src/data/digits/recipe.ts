// The recipe: every number that shapes the handwriting. "Spread" is a standard deviation; a pair is a range unless said.

/**
 * Two things make a network that saw only these digits read real ones: many ways of writing, and more disorder than looks
 * natural. Lengths are in digit heights, or in pixels of the finished 28×28 picture where said.
 */
export const recipe = {
  /** How often each digit is drawn, 0 to 9; 2 and 8 are the hardest to read. */
  often: [1, 1, 1.35, 1.1, 1, 1, 1, 1.1, 1.35, 1],

  /**
   * Neat to messy writer: a factor of `jitter`. Pictures to learn from are messier than people's; those of the test are as messy: the preset reads
   * as many of them as of real ones.
   */
  mess: { train: [0.3, 1.5], test: [0.3, 1.1] },
  /** Spread of each point of a stroke, before `mess`. */
  jitter: 0.09,
  /** Correlation of the jitter between neighbouring points: a hand drifts, it does not tremble. */
  drift: 0.6,
  /** Spread of a whole stroke's place. */
  offset: 0.063,
  /** Open ends are shorter or longer by up to this part of the last span. */
  trim: 0.45,
  /** Length of the Bézier handles, in chords of the neighbouring points: angular to round. */
  round: [0.17, 0.26],

  /** Factor of the width. */
  aspect: [0.7, 1.65],
  /** Mean and spread of the shear: a hand leans to the right. */
  slant: { mean: 0.12, spread: 0.24 },
  /** Added for ones, which lean more. */
  slantOfOnes: { mean: 0.12, spread: 0.2 },
  /** Spread of the rotation, in radians (nearly: see `plane`). */
  turn: 0.2,
  /** Spread of each quadratic warp: one half larger than the other, bowed stems. */
  bend: 0.12,

  /** Mean, spread and limits of the pen's radius, in pixels. */
  pen: { mean: 1.35, spread: 0.38, least: 0.6, most: 2.6 },
  /** Factor of the radius for each digit: zeros are written small, so that their lines look thick; eights are tall. */
  weight: [1.1, 1.03, 1, 1, 0.94, 0.96, 0.94, 1, 0.88, 0.9],
  /** Spread of the radius's relative change at the start and at the end of a stroke; four times that in the middle. */
  pressure: 0.12,
  /** Spread of the radius's relative change with the direction of the line, as of a broad nib. */
  nib: 0.24,
  /** Width of the grey edge of a line, in pixels. */
  soft: [0.7, 1.2],
  /** Spread of the ink's grain, in parts of full ink. */
  grain: 0.03,
} as const;
