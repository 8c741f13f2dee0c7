// The titles of the lesson's steps, in their order; apart from the steps, so that they can be named without being loaded.

export const lessonTitles = [
  "A picture is numbers",
  "Convolution",
  "The feature map",
  "ReLU",
  "Max pooling",
  "Three kernels, three channels",
  "From maps to classes, and the loss",
  "Backpropagation",
  "Gradient descent",
  "The whole",
] as const;

/** How many steps there are. */
export const lessonSteps: number = lessonTitles.length;
