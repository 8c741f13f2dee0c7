// A set of labelled pictures in memory, and the form that pictures are brought to before a network sees them.

/** Height, width, channels. */
export type ImageShape = readonly [number, number, number];

/** How a picture becomes a network's input. Stored in the model file, so that a picture read later gets the same treatment. */
export interface InputForm {
  readonly shape: ImageShape;
  /** 1 channel: "grey" (Rec. 601 luma); 3 channels: "rgb"; anything else: "raw", which no picture file has. */
  readonly channels: "grey" | "rgb" | "raw";
  /** "none": the size must be right already; "stretch": the whole picture is resampled to height × width. */
  readonly resize: "none" | "stretch";
  /** "kept", or "light-on-dark": a picture whose border is brighter than its middle is inverted (255 − v). */
  readonly polarity: "kept" | "light-on-dark";
  /** "none", or "mass-20": the ink is scaled into a 20×20 box and its centre of mass put in the middle (28×28 digits). */
  readonly centring: "none" | "mass-20";
}

/** N labelled pictures, N×H×W×C, row first. */
export interface Dataset {
  readonly images: Uint8Array | Float32Array;
  readonly labels: Uint32Array;
  readonly count: number;
  /** H×W×C of every picture. */
  readonly shape: ImageShape;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  readonly input: InputForm;
}
