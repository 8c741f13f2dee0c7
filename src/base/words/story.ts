// Words for errors about the told step: the lesson's steps and changes, ways through a network.
import { type Fail, failing } from "../errors.ts";
import { optionWords } from "./option.ts";
import { list, show } from "./phrases.ts";

const words = {
  ...optionWords,
  "lesson.step": (f: { received: unknown; count: number }) => ({
    where: "lesson",
    expected: `a step 1…${f.count}`,
    received: show(f.received),
    hint: "Leave the step out to read them all.",
  }),
  "lesson.value": (f: { address: string; expected: string; received: unknown }) => ({
    where: f.address,
    expected: f.expected,
    received: typeof f.received === "number" ? String(f.received) : show(f.received),
    hint: `Give ${f.address} such a value.`,
  }),
  "lesson.address": (f: { address: string; why: string; known: readonly string[] }) => ({
    where: `address ${f.address}`,
    expected: `something that the lesson lets you change: ${list(f.known)}`,
    received: f.why,
    hint: "Change a pixel, a parameter or the learning rate; everything else follows from them.",
  }),
  "ways.forward": (f: { address: string }) => ({
    where: `address ${f.address}`,
    expected: "a forward value: a pixel, an activation or a parameter, such as input[2,2,0]",
    received: "a gradient, an update or an optimiser's state",
    hint: "Leave out the scope; backwardFrom() follows gradients.",
  }),
  "ways.backward": (f: { address: string }) => ({
    where: `address ${f.address}`,
    expected: "a gradient such as grad:conv1.kernel[0,0,0,0] or grad(logits[0]):input[2,2,0]",
    received: "an update or an optimiser's state",
    hint: "Write grad: for the derivative of the loss, grad(address): for that of another cell.",
  }),
  "why.notZero": (f: { address: string; value: number }) => ({
    where: `why ${f.address}`,
    expected: "a number that is 0, or a parameter such as conv1.kernel[0,0,0,0], whose update has reasons",
    received: `${f.value}`,
    hint: "Explain the address to see what the number is made of.",
  }),
  "why.parameter": (f: { address: string }) => ({
    where: `why ${f.address}`,
    expected: "one parameter, such as next:conv1.kernel[0,0,0,0] or conv1.kernel[0,0,0,0]",
    received: "a number that no update changes",
    hint: "Name a cell of a kernel, a weight or a bias; why a gradient or an activation is 0 is another question.",
  }),
  "whatIf.address": (f: { address: string; known: readonly string[] }) => ({
    where: `what if, ${f.address}`,
    expected: `one cell of ${list(f.known)}, or learningRate`,
    received: "something that follows from others",
    hint: "Change what is given; everything else is computed from it.",
  }),
  "whatIf.value": (f: { address: string; expected: string; received: unknown }) => ({
    where: `what if, ${f.address}`,
    expected: f.expected,
    received: String(f.received),
    hint: "Give another value.",
  }),
  "whatIf.empty": (_: object) => ({
    where: "what if",
    expected: 'at least one change, such as { "input[2,2,0]": 153 }',
    received: "none",
    hint: "Name what is changed and its new value.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
