// The words of step 6. They hold no results: numbers come in as parameters.

export const kernels = {
  title: "Three kernels, three channels",
  lead: "A layer has several kernels. All of them lie on the same window of the picture, and each writes a map of its own. As they begin, V compares left with right, H top with bottom, D one corner with the other.",
  point: "One filter, one channel.",
  ask: (kind: string, row: number, column: number) => `What does kernel ${kind} write at row ${row}, column ${column}?`,
  truth: "the sum",
  input: "Picture",
  divided: "x",
  dividedNote: "pixel ÷ 51",
  kernel: (kind: string) => `Kernel ${kind}`,
  kinds: { V: "vertical", H: "horizontal", D: "diagonal" } as Readonly<Record<string, string>>,
  map: (kind: string) => `Map ${kind}`,
  channel: (channel: number) => `channel ${channel}`,
  beats: { slide: "The window slides over all three at once" },
};
