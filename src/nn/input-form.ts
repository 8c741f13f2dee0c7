// How a picture becomes a network's input. Stored with the model, so that a picture read later gets the same treatment.

/** Height, width, channels. */
export type ImageShape = readonly [number, number, number];

export interface InputForm {
  readonly shape: ImageShape;
  /** 1 channel: "grey" (Rec. 601 luma); 3 channels: "rgb"; anything else: "raw", which no picture file has. */
  readonly channels: "grey" | "rgb" | "raw";
  /** "none": the size must be right already; "stretch": the whole picture is resampled to height × width. */
  readonly resize: "none" | "stretch";
  /** "kept", or "light-on-dark": a picture whose border is nearer its brightest than its darkest value is inverted (255 − v). */
  readonly polarity: "kept" | "light-on-dark";
  /** "none", or "mass-20": the ink is scaled into a 20×20 box and its centre of mass put in the middle (28×28 digits). */
  readonly centring: "none" | "mass-20";
}
