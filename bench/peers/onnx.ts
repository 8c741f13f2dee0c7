// Writes a workload as an ONNX model: input "x" N×C×H×W, output "y" N×10; operators Conv, Relu, MaxPool, Flatten, Gemm.
// The format is protocol buffers: a message is a row of fields, each a number, a kind and a value.
import type { Workload } from "../workload.ts";
import { type ConvLayer, type DenseLayer, layersOf, transposed } from "./layers.ts";

type Bytes = readonly number[] | Uint8Array;

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** A field that holds a whole number. */
const whole = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];

/** A field that holds bytes: a text, a message, raw numbers. */
function bytes(field: number, content: Bytes | string): Bytes {
  const inside = typeof content === "string" ? Buffer.from(content) : content;
  return Buffer.concat([
    Uint8Array.from([...varint(field * 8 + 2), ...varint(inside.length)]),
    Uint8Array.from(inside),
  ]);
}

const message = (...fields: readonly Bytes[]): Bytes => Buffer.concat(fields.map((field) => Uint8Array.from(field)));

const FLOAT = 1;
const ATTRIBUTE_INTS = 7;

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function tensor(name: string, shape: readonly number[], numbers: Float32Array): Bytes {
  const raw = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return message(...shape.map((n) => whole(1, n)), whole(2, FLOAT), bytes(8, name), bytes(9, raw));
}

/** ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1 or dim_param 2 } } } }. */
function value(name: string, shape: readonly (number | string)[]): Bytes {
  const dims = shape.map((n) => bytes(1, typeof n === "number" ? whole(1, n) : bytes(2, n)));
  return message(bytes(1, name), bytes(2, bytes(1, message(whole(1, FLOAT), bytes(2, message(...dims))))));
}

/** AttributeProto: name 1, ints 8, type 20. */
function attribute(name: string, ints: readonly number[]): Bytes {
  return message(bytes(1, name), ...ints.map((n) => whole(8, n)), whole(20, ATTRIBUTE_INTS));
}

/** NodeProto: input 1, output 2, op_type 4, attribute 5. */
function node(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, readonly number[]> = {},
): Bytes {
  const own = Object.entries(attributes).map(([name, ints]) => bytes(5, attribute(name, ints)));
  return message(...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, type), ...own);
}

/** Kernels go from HWIO to OIHW. */
function conv({ shape, kernel, pad }: ConvLayer, source: string, output: string) {
  const [height, width, channels, filters] = shape;
  const weights = transposed(kernel, shape, [3, 2, 0, 1]);
  return {
    node: node("Conv", [source, `${output}.w`, `${output}.b`], output, {
      kernel_shape: [height, width],
      strides: [1, 1],
      pads: [pad, pad, pad, pad],
    }),
    weights: tensor(`${output}.w`, [filters, channels, height, width], weights),
  };
}

/** Rows go from H×W×C to C×H×W where an image was flattened. */
function dense({ shape, weight, from }: DenseLayer, source: string, output: string) {
  const rows = from ? transposed(weight, [...from, shape[1]], [2, 0, 1, 3]) : weight;
  return {
    node: node("Gemm", [source, `${output}.w`, `${output}.b`], output),
    weights: tensor(`${output}.w`, shape, rows),
  };
}

/** ModelProto: ir_version 1, graph 7, opset_import 8; GraphProto: node 1, name 2, initializer 5, input 11, output 12. */
export function onnxModel(workload: Workload): Uint8Array {
  const layers = layersOf(workload);
  const nodes: Bytes[] = [];
  const initializers: Bytes[] = [];
  const plain = {
    relu: ["Relu", {}],
    pool: ["MaxPool", { kernel_shape: [2, 2], strides: [2, 2] }],
    flatten: ["Flatten", {}],
  } as const;
  for (const [k, layer] of layers.entries()) {
    const source = k === 0 ? "x" : `t${k - 1}`;
    const output = k === layers.length - 1 ? "y" : `t${k}`;
    if (layer.kind === "conv" || layer.kind === "dense") {
      const made = layer.kind === "conv" ? conv(layer, source, output) : dense(layer, source, output);
      nodes.push(made.node);
      initializers.push(made.weights, tensor(`${output}.b`, [layer.bias.length], layer.bias));
    } else {
      const [type, attributes] = plain[layer.kind];
      nodes.push(node(type, [source], output, attributes));
    }
  }
  const [height, width, channels] = workload.input;
  const graph = message(
    ...nodes.map((each) => bytes(1, each)),
    bytes(2, "workload"),
    ...initializers.map((each) => bytes(5, each)),
    bytes(11, value("x", ["n", channels, height, width])),
    bytes(12, value("y", ["n", 10])),
  );
  return Uint8Array.from(message(whole(1, 7), bytes(7, graph), bytes(8, whole(2, 13))));
}
