// Words of large maps: the picture of the whole, and the window of cells in it.

export const mapWords = {
  whole: (title: string, shape: readonly number[], name: string) =>
    `${title}, ${shape.join("×")}: ${name} drawn whole; the cells of its window can be reached by keyboard.`,
  window: (title: string, top: number, bottom: number, left: number, right: number) =>
    `${title}, rows ${top} to ${bottom}, columns ${left} to ${right}`,
};
