// The words of step 3. They hold no results: numbers come in as parameters.

export const featureMap = {
  title: "The feature map",
  lead: "The kernel slides over the whole picture. Every place that it stops at writes one cell; its weights are the same everywhere.",
  point: "How far it steps, and whether the picture has a border, decides how large the map is.",
  ask: ({ picture, kernel, border, stride }: Readonly<Record<"picture" | "kernel" | "border" | "stride", string>>) =>
    `A ${kernel} kernel slides over a ${picture} picture ${border}, ${stride}. How large is the map, rows × columns?`,
  slides: (stride: number) => (stride === 1 ? "cell by cell" : `${stride} cells at a time`),
  borders: { valid: "without a border", same: "with a border of zeros" },
  truth: "the size",
  unknown: "Not yet known",
  guessed: (size: string) => `your guess ${size}`,
  image: "Image",
  kernel: "Kernel",
  map: "Feature map",
  stride: "Stride",
  padding: "Border",
  valid: "none",
  same: "of zeros",
  size: "How large the map is",
  law: "O(i,j) = Σ I(s·i+m−p, s·j+n−p)·K(m,n)",
  formula: "⌊(n + p + q − d·(k − 1) − 1) ÷ s⌋ + 1",
  rows: "rows",
  columns: "columns",
  meaning: [
    "n cells of the picture",
    "p and q cells of border before and behind",
    "k cells of the kernel, d apart",
    "s cells from window to window",
  ] as readonly string[],
  dropped: (count: number) =>
    count === 1
      ? "The last row and column are read by no window."
      : `The last ${count} rows and columns are read by no window.`,
  none: "Every row and column is read.",
  beats: { slide: "Slide, write", rest: "Slide on" },
};
