// The words of step 2. They hold no results: numbers come in as parameters.

export const convolution = {
  title: "Convolution",
  lead: "Lay the kernel on the picture. Multiply the pairs. Add the products.",
  point: "The sum is one cell of the feature map.",
  ask: (row: number, column: number) => `What does the kernel write at row ${row}, column ${column}?`,
  truth: "the sum",
  image: "Image",
  kernel: "Kernel",
  map: "Feature map",
  rectified: "After ReLU",
  orientation: "How the kernel is laid on",
  asIs: "as is",
  flipped: "flipped",
  thenRelu: "then ReLU",
  beats: { window: "Lay on", products: "Products", sum: "Sum", write: "Write", cell: "The cell", slide: "Slide on" },
};
