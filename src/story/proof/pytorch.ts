// Every operation in PyTorch: one entry an operation, a Python function on tensors as they lie here (H×W×C) and what its site gives it.
// Gradients come from PyTorch's automatic differentiation alone: a proof shares no line with the backward passes that it checks.
import type { OpName, operations } from "../../ops/index.ts";
import type { Operation, Site } from "../../ops/op.ts";
import type { Pair } from "../../ops/options.ts";
import { type WindowAxis, type WindowOptions, windowAxes } from "../../ops/window.ts";

/** What a call passes on: a number, a text, or a tuple. */
export type PythonValue = number | string | readonly PythonValue[];

export interface PyTorchForm<O> {
  /** The name of the function. */
  readonly name: string;
  /** Its text; inputs come first, then parameters by name, then the arguments. */
  readonly define: string;
  /** Arguments by name. */
  arguments(site: Site<O>, node: string): Readonly<Record<string, PythonValue>>;
}

type OptionsOf<Name extends OpName> = (typeof operations)[Name] extends Operation<infer O> ? O : never;

const none = () => ({});

/** Cells of padding before the first and behind the last that the windows of an axis read; windows that do not fit are dropped by both. */
function sides({ size, kernel, stride, dilation, before, count }: WindowAxis): Pair {
  const end = (count - 1) * stride + (kernel - 1) * dilation + 1;
  return [before, Math.max(0, end - before - size)];
}

/** Strides, and padding as [[top, bottom], [left, right]]. */
function sliding(window: WindowOptions, image: readonly number[]) {
  const [rows, columns] = windowAxes(window, image);
  return { strides: window.strides, padding: [sides(rows), sides(columns)] };
}

function pooling({ options: { poolSize, strides, padding }, inputs: [image] }: Site<OptionsOf<"maxPool2d">>) {
  return { window: poolSize, ...sliding({ kernel: poolSize, strides, dilation: [1, 1], padding }, image) };
}

/** One entry an operation. */
export const pytorch: { readonly [Name in OpName]: PyTorchForm<OptionsOf<Name>> } = {
  rescale: {
    name: "rescale",
    define: `def rescale(x, divisor):
    return x / divisor`,
    arguments: ({ options: { divisor } }) => ({ divisor }),
  },
  conv2d: {
    name: "conv2d",
    define: `def conv2d(x, kernel, bias=None, *, strides, padding, dilation, groups):
    # kernel (kh, kw, in, out) becomes PyTorch's (out, in, kh, kw)
    y = F.conv2d(padded(x, padding), kernel.permute(3, 2, 0, 1), bias, stride=strides, dilation=dilation, groups=groups)
    return y[0].permute(1, 2, 0)`,
    arguments({ options, inputs: [image] }) {
      const { kernelSize: kernel, strides, padding, dilationRate: dilation, groups } = options;
      return { ...sliding({ kernel, strides, dilation, padding }, image), dilation, groups };
    },
  },
  relu: {
    name: "relu",
    define: `def relu(x, node):
    open_gates = CHOICES[node].reshape(x.shape) > 0
    settle(node, (x > 0) != open_gates, x, x)
    return torch.where(open_gates, x, torch.zeros_like(x))`,
    arguments: (_site, node) => ({ node }),
  },
  maxPool2d: {
    name: "max_pool2d",
    define: `def max_pool2d(x, *, window, strides, padding, node):
    p = padded(x, padding, -math.inf)
    most, own = F.max_pool2d(p, window, stride=strides, return_indices=True)
    taps = CHOICES[node].reshape(most.shape[2], most.shape[3], -1).permute(2, 0, 1)[None].long()
    row = torch.arange(most.shape[2])[:, None] * strides[0] + torch.div(taps, window[1], rounding_mode="floor")
    column = torch.arange(most.shape[3]) * strides[1] + taps % window[1]
    winners = row * p.shape[3] + column
    y = p.flatten(2).gather(2, winners.flatten(2)).reshape(most.shape)
    settle(node, own != winners, most - y, x)
    return y[0].permute(1, 2, 0)`,
    arguments: (site, node) => ({ ...pooling(site), node }),
  },
  avgPool2d: {
    name: "avg_pool2d",
    define: `def avg_pool2d(x, *, window, strides, padding):
    # padding is neither added nor counted: the mean over the window, by the share of it that lies in the picture
    share = F.avg_pool2d(padded(torch.ones_like(x), padding), window, stride=strides)
    return (F.avg_pool2d(padded(x, padding), window, stride=strides) / share)[0].permute(1, 2, 0)`,
    arguments: pooling,
  },
  flatten: {
    name: "flatten",
    define: `def flatten(x):
    # rows, then columns, then channels
    return x.reshape(-1)`,
    arguments: none,
  },
  dense: {
    name: "dense",
    define: `def dense(x, weight, bias=None):
    # weight (in, out) becomes PyTorch's (out, in)
    return F.linear(x, weight.T, bias)`,
    arguments: none,
  },
  add: {
    name: "add",
    define: `def add(x, y):
    return x + y`,
    arguments: none,
  },
  softmax: {
    name: "softmax",
    define: `def softmax(x):
    return F.softmax(x, dim=0)`,
    arguments: none,
  },
  crossEntropy: {
    name: "cross_entropy",
    define: `def cross_entropy(logits, _probs):
    return F.cross_entropy(logits[None], torch.tensor([LABEL]))`,
    arguments: none,
  },
};
