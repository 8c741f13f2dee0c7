// The words of step 5. They hold no results: numbers come in as parameters.

export const pooling = {
  title: "Max pooling",
  lead: "Lay windows side by side on the map. Of each window only the largest number goes on.",
  point: "The map becomes smaller, and a pattern that moves by one cell often gives the same number.",
  ask: (row: number, column: number) => `Which number stands at row ${row}, column ${column} of the pooled map?`,
  truth: "the largest",
  map: "Map",
  pooled: "Pooled",
  window: "The numbers of the window, and the largest so far",
  margin: (winner: string, margin: string) => `${winner} wins by ${margin}.`,
  tie: (winner: string) => `A tie: the first, ${winner}, wins.`,
  beats: { slide: "Slide", compare: "Compare", write: "Write" },
};
