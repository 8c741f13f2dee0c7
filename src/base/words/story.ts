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
  "formula.command": (f: { command: string; known: readonly string[] }) => ({
    where: "formula",
    expected: `LaTeX as the accounts write it: ${list(f.known)}`,
    received: f.command,
    hint: "Write words inside \\text{…}.",
  }),
  "explain.state": (f: { address: string; optimizer: string; slots: readonly string[] }) => ({
    where: `address ${f.address}`,
    expected: f.slots.length
      ? `something that ${f.optimizer} keeps: ${f.slots.map((slot) => `state.${slot}:`).join(", ")}`
      : `grad:, grad(address): or next: as the scope, for ${f.optimizer} keeps nothing with these settings`,
    received: "the state of another optimiser",
    hint: "Give explain() the optimiser whose step is meant, such as sgd({ learningRate: 0.001, momentum: 0.9 }).",
  }),
  "explain.update": (f: { address: string; optimizer: string }) => ({
    where: `address ${f.address}`,
    expected: "an optimiser that tells the terms of its step (Optimizer.explain), as sgd() does",
    received: `optimiser ${f.optimizer}, which does not`,
    hint: "Read the number with value() or tensor(); its account needs explain() in the optimiser.",
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
  "nudge.address": (f: { address: string; known: readonly string[] }) => ({
    where: `nudge, ${f.address}`,
    expected: `one cell of ${list(f.known)}`,
    received: "a number that follows from others, or a whole tensor",
    hint: "Name a pixel or one cell of a parameter, with its indices and without a scope.",
  }),
  "nudge.target": (f: { target: string }) => ({
    where: `nudge, target ${f.target}`,
    expected: "loss, or one cell of a forward value, such as logits[0] or relu1.out[1,2,0]",
    received: "something else",
    hint: "Name the output that is to be read again, with its indices.",
  }),
  "chain.input": (f: { received: unknown }) => ({
    where: "input",
    expected: "[height, width, channels], each a whole number from 1 up",
    received: show(f.received),
    hint: "Change the size of the pictures.",
  }),
  "attention.picture": (f: { what: string; shape: readonly number[] }) => ({
    where: f.what,
    expected: "a network whose input is a picture [height, width, channels]",
    received: `an input of shape [${f.shape.join(", ")}]`,
    hint: "Maps are drawn over the rows and columns of a picture.",
  }),
  "attention.target": (f: { target: string | undefined }) => ({
    where: "option target",
    expected: "one cell of a forward value, such as logits[3], probs[3] or relu1.out[1,2,0]",
    received: f.target ?? "none, and a network without logits to choose from",
    hint: "Name the output that the map is about, with its indices.",
  }),
  "attention.layer": (f: { layer: string | undefined; what: string; known: readonly string[] }) => ({
    where: "option layer",
    expected: f.known.length > 0 ? `${f.what}: ${list(f.known)}` : `${f.what}, and this network has none`,
    received: f.layer ?? "none, and no convolution to choose from",
    hint: f.known.length > 0 ? "Name one of these layers." : "Ask for a target behind a layer of maps.",
  }),
  "attention.cell": (f: { what: string; shape: readonly number[]; row: number; column: number }) => ({
    where: f.what,
    expected: `a row 0…${f.shape[0] - 1} and a column 0…${f.shape[1] - 1}`,
    received: `row ${f.row}, column ${f.column}`,
    hint: "Name a cell of the map.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
