// TensorFlow.js on its WebAssembly backend. As shipped it cannot train a convolution there (the kernel gradient is not registered);
// here both gradients of a convolution are written as forward convolutions, which it does fast. One thread: in Node the published
// build with threads says itself that it runs one, and takes no more processor time than this one.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Job, peersFolder } from "../peers.ts";
import { makeData, type Workload, workloads } from "../workload.ts";
import { type ConvLayer, type DenseLayer, layersOf, type PeerLayer } from "./layers.ts";
import { type Prepared, serve } from "./serve.ts";

/** What is used of a tensor or a variable. */
interface Tensor {
  readonly shape: readonly number[];
  dataSync(): Float32Array;
  dispose(): void;
}

type Forward = (x: Tensor) => Tensor;

const require = createRequire(peersFolder);
const tf = require("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(fileURLToPath(new URL("node_modules/@tensorflow/tfjs-backend-wasm/dist/", peersFolder)));
tf.env().set("WASM_HAS_SIMD_SUPPORT", true);
tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
tf.enableProdMode();
await tf.setBackend("wasm");
await tf.ready();
if (tf.getBackend() !== "wasm") throw new Error(`TensorFlow.js fell back to ${tf.getBackend()}`);

/** ∂L/∂K as one convolution in which the images of the batch stand where channels stand otherwise. */
function kernelGradient(x: Tensor, dy: Tensor, pad: number): Tensor {
  return tf.tidy(() => {
    const images = tf.transpose(x, [3, 1, 2, 0]);
    const kernels = tf.transpose(dy, [1, 2, 0, 3]);
    return tf.transpose(tf.conv2d(images, kernels, 1, pad), [1, 2, 0, 3]);
  });
}

/** ∂L/∂I as a convolution of the whole border with the kernel turned by half a turn, channels and filters exchanged. */
function inputGradient(dy: Tensor, kernel: Tensor, pad: number): Tensor {
  return tf.tidy(() => {
    const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(dy, turned, 1, kernel.shape[0] - 1 - pad);
  });
}

/** A convolution with the gradients above; none is asked for the images themselves. */
function trainableConv(x: Tensor, kernel: Tensor, pad: number, isFirst: boolean): Tensor {
  if (isFirst) {
    const ofKernel = (k: Tensor) => ({
      value: tf.conv2d(x, k, 1, pad),
      gradFunc: (dy: Tensor) => kernelGradient(x, dy, pad),
    });
    return tf.customGrad(ofKernel)(kernel);
  }
  const ofBoth = (image: Tensor, k: Tensor, save: (kept: Tensor[]) => void) => {
    save([image, k]);
    return {
      value: tf.conv2d(image, k, 1, pad),
      gradFunc: (dy: Tensor, [keptImage, keptKernel]: Tensor[]) => [
        inputGradient(dy, keptKernel, pad),
        kernelGradient(keptImage, dy, pad),
      ],
    };
  };
  return tf.customGrad(ofBoth)(x, kernel);
}

/** The network with bias and ReLU fused into the layer before, where TensorFlow.js offers it. */
function build(workload: Workload, training: boolean): { variables: Tensor[]; forward: Forward } {
  const variables: Tensor[] = [];
  const variable = (numbers: Float32Array, shape: readonly number[]): Tensor => {
    const made = tf.variable(tf.tensor(numbers, shape));
    variables.push(made);
    return made;
  };
  const conv = ({ shape, kernel, bias, pad }: ConvLayer, isFirst: boolean, activation: string): Forward => {
    const [filter, added] = [variable(kernel, shape), variable(bias, [bias.length])];
    if (!training) return (x) => tf.fused.conv2d({ x, filter, strides: 1, pad, bias: added, activation });
    return (x) => {
      const y = tf.add(trainableConv(x, filter, pad, isFirst), added);
      return activation === "relu" ? tf.relu(y) : y;
    };
  };
  const dense = ({ shape, weight, bias }: DenseLayer, activation: string): Forward => {
    const [b, added] = [variable(weight, shape), variable(bias, [bias.length])];
    return (a) => tf.fused.matMul({ a, b, bias: added, activation });
  };
  const layers = layersOf(workload);
  const isFused = (k: number) => layers[k].kind === "relu" && ["conv", "dense"].includes(layers[k - 1]?.kind);
  const forward = layers.map((layer: PeerLayer, k): Forward => {
    const activation = layers[k + 1]?.kind === "relu" ? "relu" : "linear";
    if (layer.kind === "conv") return conv(layer, k === 0, activation);
    if (layer.kind === "dense") return dense(layer, activation);
    if (layer.kind === "pool") return (x) => tf.maxPool(x, 2, 2, "valid");
    if (layer.kind === "flatten") return (x) => tf.reshape(x, [x.shape[0], -1]);
    return isFused(k) ? (x) => x : (x) => tf.relu(x);
  });
  return { variables, forward: (x) => forward.reduce((value, layer) => layer(value), x) };
}

function prepare({ workload: name, mode, batch }: Job): Prepared {
  const workload = workloads[name];
  const { images, labels } = makeData(workload, batch);
  const x = tf.tensor(Float32Array.from(images.flatMap((image) => [...image])), [batch, ...workload.input]);
  const y = tf.oneHot(tf.tensor1d(labels, "int32"), 10).toFloat();
  const { variables, forward } = build(workload, mode === "train");
  const release = () => {
    for (const tensor of [x, y, ...variables]) tensor.dispose();
  };
  if (mode === "infer") {
    const run = (): Float32Array => tf.tidy(() => forward(x).dataSync());
    return { step: run, check: () => run().reduce((sum, logit) => sum + Math.abs(logit), 0), release };
  }
  const { learningRate, momentum } = workload;
  const optimizer = momentum > 0 ? tf.train.momentum(learningRate, momentum) : tf.train.sgd(learningRate);
  const lossOf = () => tf.losses.softmaxCrossEntropy(y, forward(x));
  const check = () => {
    const loss: Tensor = optimizer.minimize(lossOf, true, variables);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
  return { step: check, check, release };
}

await serve(prepare);
