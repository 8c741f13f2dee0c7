// Words of the picture that a network is opened on, in English: a sample, or the reader's own. Numbers come in as parameters.
import { counted } from "./counted.en.ts";

export const draw = {
  opened: "Opened on",
  choices: { sample: "A sample", own: "Your own" },
  sample: (name: string | undefined) =>
    name === undefined ? "No true class: nothing is learned from it." : `True class: ${name}.`,
  edited: (count: number) => `${counted(count, "pixel")} changed.`,
  pad: { digits: "Draw a digit", other: "Draw", cells: "Paint it" },
  /** Where a drawn line is still missing. */
  empty: "Until your first line the network stays open on the sample.",
  full: "The pad is full: lift the pen, or clear it.",
  cells: "Press a cell to make it brighter, with Shift darker. The whole network follows.",
  whenSure: "When is it sure?",
  trueClass: "True class",
  asGuessed: (name: string) => `as guessed: ${name}`,
  guessed: "as guessed",
  asGiven: (name: string) => `as given: ${name}`,
  given: "as given",
  about: {
    guessed: "Nobody said what it is: loss and gradients take the guess for true until you choose.",
    given: "Loss and gradients take the sample's class for true until you choose.",
    chosen: "Loss and gradients take the class you chose for true.",
  },
  unmeasured: {
    never: "When a guess is sure was not measured for this model.",
    edited: "Its numbers are changed: when a guess is sure was measured without that.",
  },
};
