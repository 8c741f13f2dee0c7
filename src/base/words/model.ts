// Words for errors about models, training, explanations and the metadata of model files.
import { type Fail, failing } from "../errors.ts";
import { optionWords } from "./option.ts";

const steady = "Lower the learning rate; the weights are those before this step.";

const words = {
  ...optionWords,
  "model.pixels": (f: { expected: number; received: number }) => ({
    where: "image",
    expected: `${f.expected} numbers (height × width × channels of the model's input)`,
    received: `${f.received}`,
    hint: "Bring the image to the model's shape, row first, channels last.",
  }),
  "model.noHead": (_: object) => ({
    where: "model",
    expected: "a network that ends in one flat output (flatten, then dense), so that it has logits",
    received: "a network that ends in maps",
    hint: "Add flatten() and dense({ units: number of classes }).",
  }),
  "model.label": (f: { received: unknown; classes: number }) => ({
    where: "label",
    expected: `a whole number 0…${f.classes - 1}`,
    received: String(f.received),
    hint: "Labels are positions in the list of classes.",
  }),
  "model.count": (f: { images: number; labels: number }) => ({
    where: "batch",
    expected: "as many labels as images",
    received: `${f.images} images, ${f.labels} labels`,
    hint: "Give one label an image; call forward before backward.",
  }),
  "model.parameter": (f: { address: string; expected: string; received: string }) => ({
    where: `parameter ${f.address}`,
    expected: f.expected,
    received: f.received,
    hint: "Use the parameters of the same network.",
  }),
  "model.shape": (f: { where: string; model: readonly number[]; received: readonly number[] }) => ({
    where: f.where,
    expected: `images of the model's shape [${f.model.join(", ")}]`,
    received: `[${f.received.join(", ")}]`,
    hint: "Use pictures of that shape, or train a model for this one.",
  }),
  "model.classes": (f: { where: string; model: number; data: number }) => ({
    where: f.where,
    expected: `as many classes as the model has outputs (${f.model})`,
    received: `${f.data} classes`,
    hint: "Give the last dense layer one unit a class.",
  }),
  "model.classNames": (f: { where: string; model: readonly string[]; data: readonly string[] }) => ({
    where: f.where,
    expected: `the model's classes (${f.model.join(", ")})`,
    received: f.data.join(", "),
    hint: "Use data with the same classes in the same order.",
  }),
  "modelFile.format": (f: {
    where: string;
    expected: string;
    received: string | undefined;
    version: string | undefined;
  }) => ({
    where: `${f.where}, metadata`,
    expected: `a model of format ${f.expected}`,
    received:
      f.received === undefined ? "a safetensors file of another program" : `${f.received} ${f.version ?? ""}`.trim(),
    hint: "Give a model.safetensors that cutaway wrote; a newer version needs a newer cutaway.",
  }),
  "modelFile.metadata": (f: { where: string; key: string; expected: string; received: string }) => ({
    where: `${f.where}, metadata ${f.key}`,
    expected: f.expected,
    received: f.received.length > 80 ? `${f.received.slice(0, 79)}…` : f.received,
    hint: "The file is damaged or was changed by hand; train or save the model again.",
  }),
  "modelFile.dtype": (f: { where: string; name: string; received: string }) => ({
    where: `${f.where}, tensor ${f.name}`,
    expected: "F64 or F32",
    received: f.received,
    hint: "Convert the file to F32.",
  }),
  "modelFile.mixed": (f: { where: string; name: string; expected: string; received: string }) => ({
    where: `${f.where}, tensor ${f.name}`,
    expected: `${f.expected}, as the tensors before it`,
    received: f.received,
    hint: "Store all parameters in one type.",
  }),
  "train.nonFinite": (f: { what: string; step: number; received: number }) => ({
    where: `step ${f.step}, ${f.what}`,
    expected: "finite numbers",
    received: `${f.received}`,
    hint: steady,
  }),
  "model.nonFinite": (f: { what: string; received: number }) => ({
    where: f.what,
    expected: "finite numbers",
    received: `${f.received}`,
    hint: "Look at the picture's numbers and at the model's weights: one of them is no number, or far too large.",
  }),
  "model.backend": (f: { why: string }) => ({
    where: "option backend",
    expected: "a platform that runs generated kernels",
    received: f.why,
    hint: 'Use backend: "auto" or "reference".',
  }),
  "model.memory": (f: { bytes: number }) => ({
    where: "fast engine",
    expected: `${f.bytes} bytes of memory for the network and a batch of pictures`,
    received: "a refusal of the platform",
    hint: 'Take smaller batches, fewer threads or smaller pictures, or train on the reference with backend: "reference".',
  }),
  "model.worker": (f: { why: string }) => ({
    where: "fast engine",
    expected: "worker threads that run to the end",
    received: f.why,
    hint: "Train again with one thread (wasm({ threads: 1 }), or --threads 1); the model has the weights of the last whole step.",
  }),
  "calibrate.dense": (_: object) => ({
    where: "calibrate",
    expected: "a classifier whose last layer is dense, so that one more unit can stand beside its classes",
    received: "a network that ends otherwise",
    hint: "End the network in flatten() and dense({ units: number of classes }).",
  }),
  "calibrate.few": (f: { what: string; least: number; received: number }) => ({
    where: `calibrate, ${f.what}`,
    expected: `at least ${f.least} pictures: one half teaches, the other half is measured`,
    received: `${f.received}`,
    hint: "Give more pictures; a few thousand of each kind make the shares exact to a percent.",
  }),
  "calibrate.unread": (_: object) => ({
    where: "calibrate",
    expected: "a model that reads some of the known pictures right",
    received: "one that reads none of them right",
    hint: "Train the model first.",
  }),
  "train.empty": (f: { where: string }) => ({
    where: f.where,
    expected: "at least one image to train on",
    received: "none",
    hint: "Give a data set with a training part.",
  }),
  "explain.label": (f: { address: string }) => ({
    where: `address ${f.address}`,
    expected: "a label, because a loss is the loss of a class",
    received: "none",
    hint: "Give the true class (label, or --label on the command line), or ask for grad(logits[k]):… which needs none.",
  }),
  "explain.sample": (f: { address: string; count: number }) => ({
    where: `address ${f.address}`,
    expected: `@0…@${f.count - 1} for a number of one sample, none for a parameter`,
    received: "another sample",
    hint: "A batch is opened: say which of its samples with @k; parameters belong to the whole batch.",
  }),
  "explain.next": (f: { address: string }) => ({
    where: `address ${f.address}`,
    expected: "a parameter such as next:conv1.kernel[0,0,0,0]",
    received: "something that no update changes",
    hint: "next: is the value after the update; only parameters have one.",
  }),
  "explain.target": (f: { address: string }) => ({
    where: `address ${f.address}`,
    expected: "one cell of a forward value in grad(…), such as grad(logits[0]):input[2,2,0]",
    received: "something else",
    hint: "Name the output cell whose derivative you want, with its indices.",
  }),
  "explain.cell": (f: { address: string; shape: readonly number[] }) => ({
    where: `address ${f.address}`,
    expected: `one cell: indices [${f.shape.map((n) => `0…${n - 1}`).join(", ")}]`,
    received: "a whole tensor",
    hint: "Add the indices of the cell to open.",
  }),
};

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
