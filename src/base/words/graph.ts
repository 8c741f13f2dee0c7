// Words for errors about tensors, shapes, networks and addresses.
import { type Fail, failing } from "../errors.ts";
import { optionWords } from "./option.ts";
import { list, show } from "./phrases.ts";

const words = {
  ...optionWords,
  "shape.rank": (f: { where: string; expected: string; received: readonly number[]; hint: string }) => ({
    where: f.where,
    expected: f.expected,
    received: `shape [${list(f.received.map(String))}]`,
    hint: f.hint,
  }),
  "shape.window": (f: {
    where: string;
    window: readonly number[];
    strides: readonly number[];
    image: readonly number[];
  }) => ({
    where: f.where,
    expected: "a window that fits the padded image",
    received: `window [${list(f.window.map(String))}] with strides [${list(f.strides.map(String))}] on an image [${list(f.image.map(String))}]`,
    hint: "Make the kernel or the dilation smaller, or add padding.",
  }),
  "shape.padding": (f: { where: string; window: readonly number[]; padding: readonly (readonly number[])[] }) => ({
    where: f.where,
    expected: `padding smaller than the window [${list(f.window.map(String))}] on every side, so that each window holds a cell of the image`,
    received: `padding [${f.padding.map((side) => `[${list(side.map(String))}]`).join(", ")}]`,
    hint: "Make the padding smaller or the window larger.",
  }),
  "shape.groups": (f: { where: string; groups: number; channels: number; filters: number }) => ({
    where: f.where,
    expected: "groups that divide both the input channels and the filters",
    received: `${f.groups} groups, ${f.channels} channels, ${f.filters} filters`,
    hint: "Choose groups that divide both.",
  }),
  "shape.same": (f: { where: string; shapes: readonly (readonly number[])[] }) => ({
    where: f.where,
    expected: "inputs of one shape",
    received: f.shapes.map((shape) => `[${list(shape.map(String))}]`).join(" and "),
    hint: "Bring both branches to the same shape before adding them.",
  }),
  "tensor.length": (f: { shape: readonly number[]; received: number }) => ({
    where: `tensor of shape [${list(f.shape.map(String))}]`,
    expected: `${f.shape.reduce((a, b) => a * b, 1)} values`,
    received: `${f.received}`,
    hint: "Give one value a cell, row-major.",
  }),
  "graph.form": (f: { where: string; expected: string; received: unknown }) => ({
    where: f.where,
    expected: f.expected,
    received: show(f.received),
    hint: "See docs/graph.schema.json for the form of a network file.",
  }),
  "graph.operation": (f: { where: string; received: unknown; known: readonly string[] }) => ({
    where: `${f.where}, op`,
    expected: `one of the operations ${list(f.known)}`,
    received: show(f.received),
    hint: "Correct its spelling, or use a newer version of cutaway if the file comes from one.",
  }),
  "graph.name": (f: { where: string; received: unknown; special: readonly string[] }) => ({
    where: `${f.where}, name`,
    expected: `a lower-case letter, then letters, digits or _, and none of ${list(f.special)}`,
    received: show(f.received),
    hint: "Choose another name.",
  }),
  "graph.twice": (f: { where: string; name: string }) => ({
    where: `${f.where}, name`,
    expected: "a name of its own for every node",
    received: `${show(f.name)} for the second time`,
    hint: "Rename one of the two.",
  }),
  "graph.input": (f: { where: string; received: unknown; known: readonly string[] }) => ({
    where: f.where,
    expected: `names of earlier nodes (${list(f.known)})`,
    received: show(f.received),
    hint: "A node reads only what stands before it.",
  }),
  "graph.foreign": (f: { where: string }) => ({
    where: f.where,
    expected: "tensors of the network that is being built",
    received: "a value from elsewhere",
    hint: "Call layers only on the x that network(shape, (x) => …) hands in, and return the last output.",
  }),
  "graph.unused": (f: { where: string }) => ({
    where: f.where,
    expected: "every layer to lead to the output",
    received: "an output that nobody reads",
    hint: "Use it, for example with add(), or leave the layer out.",
  }),
  "graph.large": (f: { where: string; shape: readonly number[]; most: number }) => ({
    where: f.where,
    expected: `at most ${f.most} numbers in one tensor`,
    received: `shape [${list(f.shape.map(String))}]`,
    hint: "Make the image, the filters or the units smaller.",
  }),
  "graph.head": (f: { where: string }) => ({
    where: f.where,
    expected: "the last layer, then softmax over it, then crossEntropy over both, at the end of the network",
    received: "another order",
    hint: "Leave softmax and crossEntropy out: a network that ends in a flat output gets them by itself.",
  }),
  "address.unknown": (f: { address: string; known: readonly string[] }) => ({
    where: `address ${f.address}`,
    expected: `one of ${list(f.known)}`,
    received: "a name that this network does not have",
    hint: "Prefix grad: for a gradient or next: for the value after the update.",
  }),
  "address.cell": (f: { address: string; shape: readonly number[] }) => ({
    where: `address ${f.address}`,
    expected: f.shape.length > 0 ? `indices [${list(f.shape.map((n) => `0…${n - 1}`))}]` : "no indices",
    received: "a cell outside",
    hint: "Indices count from 0; images are [row, column, channel].",
  }),
  "address.syntax": (f: { text: string }) => ({
    where: `address ${show(f.text)}`,
    expected:
      "[scope:]node.role[indices][@sample], such as conv1.out[1,2,0], grad:conv1.kernel[0,0,0,0], logits[3] or loss",
    received: "something else",
    hint: "Scopes are grad, grad(address) and next; input, logits, probs and loss stand without a role.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
