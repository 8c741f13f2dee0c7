// The words of step 1. They hold no results: numbers come in as parameters.

export const image = {
  title: "A picture is numbers",
  lead: "A grey picture is a matrix of H×W numbers. The row comes first, and both are counted from 0, from the top left.",
  point: "Black is the smallest number and white the largest.",
  ask: (row: number, column: number, divisor: string) =>
    `The network's first layer divides every pixel by ${divisor}. What does it make of the pixel in row ${row}, column ${column}?`,
  askColour: (row: number, column: number, channel: string, divisor: string) =>
    `Divided by ${divisor}: what becomes of the ${channel} of the pixel in row ${row}, column ${column}?`,
  truth: "the number",
  form: "Which picture",
  grey: "grey",
  colour: "in colour",
  seen: "Seen",
  stored: "Stored",
  one: (row: number, column: number) => `Row ${row}, column ${column}`,
  divided: (divisor: string) => `Divided by ${divisor}`,
  channels: ["Red", "Green", "Blue"] as readonly string[],
  channelNames: ["red", "green", "blue"] as readonly string[],
  memory: "In memory: the channels of a pixel stand side by side",
  position: "position (i·W + j)·C + c",
  beats: {
    seen: "Seen",
    numbers: "The numbers",
    cell: "One cell",
    divide: "Divide",
    channels: "Three channels",
    memory: "In memory",
  },
};
