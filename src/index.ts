// The public list: every export of the library, named.
export { CutawayError } from "./base/errors.ts";
export type { Host } from "./base/host.ts";
export { type Dataset, type DatasetOptions, dataset } from "./data/dataset.ts";
export type { Backend, BackendFacts } from "./graph/backend.ts";
export { type Graph, type GraphNode, type Initialiser, parseGraph } from "./graph/graph.ts";
export { loadModel, saveModel } from "./io/model-file.ts";
export { modelFromGraph, network, sequential } from "./nn/build.ts";
export type { ImageShape, InputForm } from "./nn/input-form.ts";
export {
  add,
  avgPool2d,
  conv2d,
  dense,
  flatten,
  type LayerOptions,
  maxPool2d,
  type ParameterOptions,
  relu,
  rescale,
} from "./nn/layers.ts";
export type { BatchGradients, Model, Prediction, Snapshot } from "./nn/model.ts";
export type { LearningRate, Optimizer, UpdateCell, UpdateTerms } from "./nn/optimizer.ts";
export { lesson } from "./nn/presets/lesson.ts";
export type { LayerSummary, Summary } from "./nn/summary.ts";
export type { Sureness } from "./nn/sureness.ts";
export type { Pixels } from "./nn/trainer.ts";
export type { Add, Div, Mod, Mul, Sub } from "./nn/types/arithmetic.ts";
export type { AnyLayer, Layer, SymbolicTensor } from "./nn/types/layer.ts";
export type {
  Apply,
  Conv2dRule,
  DenseRule,
  FlattenRule,
  Pool2dRule,
  Rule,
  Unchanged,
} from "./nn/types/rules.ts";
export { explain } from "./story/explain.ts";
export type { ExplainRequest, Opened } from "./story/opened.ts";
export type { OptimizerState, UpdateOptions } from "./story/update.ts";
export type { Tensor } from "./tensor/tensor.ts";
export type { Account } from "./trace/account.ts";
export { type Address, formatAddress, parseAddress, type Scope } from "./trace/address.ts";
export type { Choice, Combine, Derivation, Factor, Term } from "./trace/terms.ts";
export { type Evaluation, evaluate } from "./train/evaluate.ts";
export {
  type EpochEvent,
  type FitEvent,
  type FitOptions,
  type FitResult,
  fit,
  type NextStep,
  type StartEvent,
  type StepEvent,
} from "./train/fit.ts";
export { linearDecay, type SgdOptions, sgd } from "./train/sgd.ts";
