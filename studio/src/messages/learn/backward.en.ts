// The words of step 8. They hold no results: numbers come in as parameters.

export const backward = {
  title: "Backpropagation",
  lead: "How would the loss change if a number were a little larger? That is found backwards, layer by layer: what comes in, times the local slope, is what goes on. It ends at the kernel.",
  point: "The gradient of a kernel weight is the same sliding sum, with ∂L/\u2060∂O in the place of the kernel.",
  ask: (kind: string, row: number, column: number) =>
    `What is ∂L/∂K of kernel ${kind} at row ${row}, column ${column}?`,
  truth: "gradient",
  rail: "Which hop",
  gates: "Gates: the slope",
  channels: "Which kernel",
  kernel: (kind: string) => `Kernel ${kind}`,
  gradients: {
    pool: "Gradient of the pooled map",
    relu: "Gradient of the gated map",
    map: "Gradient of the map",
    kernel: "Gradient of the kernel",
  },
  hops: {
    loss: { title: "1 Loss", note: "p − t" },
    dense: { title: "2 Dense", note: "transposed" },
    pool: { title: "3 Un-pool", note: "to the winners" },
    gate: { title: "4 Gate", note: "×1 or ×0" },
    behind: "= ∂L/∂O",
    slide: { title: "5 Slide", note: (kind: string) => `∂L/∂K, ${kind}` },
  },
  heads: ["(i,j)", "∂L/∂O", "x"] as readonly string[],
  x: "x",
  xNote: "pixel ÷ 51",
  window: (kind: string) => `The dashed window is ∂L/∂O of map ${kind}, laid where the kernel cell meets the picture.`,
  anywhere: "With other strides and paddings",
  general:
    "With stride s, padding p and dilation d the window lies elsewhere, nothing more; outside the picture I is 0:",
  formula: "∂L/∂K(m,n,c,f) = Σ ∂L/∂O(i,j,f) · I(y,x,c)",
  places: "y = i·s − p + m·d,  x = j·s − p + n·d",
  target: "t",
  beats: { loss: "Loss", dense: "Dense", pool: "Un-pool", gate: "Gate", slide: "Slide", sum: "Sum" },
};
