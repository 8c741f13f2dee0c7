// The words of step 4. They hold no results: numbers come in as parameters.

export const relu = {
  title: "ReLU",
  lead: "After every convolution stands a function that is not a straight line. This one lets positive numbers through and holds the others back.",
  point: "A gate is open, or it is shut.",
  ask: (value: string) => `What does ReLU make of ${value}?`,
  truth: "the result",
  before: "Before",
  after: "After ReLU",
  gates: "Gates: the slope",
  open: (factor: string, address: string) => `${factor}: the gate of ${address} is open`,
  shut: (factor: string, address: string) => `${factor}: the gate of ${address} is shut`,
  graph: "ReLU(x) = max(0, x)",
  slope: "Its slope",
  graphLabel: (x: string, y: string) => `The graph of max(0, x); the held number ${x} becomes ${y}`,
  slopeLabel: (slope: string) => `The slope of max(0, x); at the held number it is ${slope}`,
  kink: (slope: string) =>
    `At 0 the graph has a kink and no derivative. One is chosen: the slope there is ${slope}, as in PyTorch and TensorFlow.`,
  beats: { cell: "A number, its gate, the result" },
};
