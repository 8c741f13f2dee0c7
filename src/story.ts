// `cutaway/story`: accounts as text and LaTeX, worked examples, the lesson's network, the gradient check.
export { type CheckRequest, type CheckResult, checkGradients, type Kink, type LayerCheck } from "./story/check.ts";
export { type WorkedExample, type WorkedTensor, workedExample } from "./story/example.ts";
export type { Block, Cell, Drawing, LessonContent, Matrix } from "./story/lesson/blocks.ts";
export { type LessonOptions, type LessonStep, lessonStep, lessonSteps } from "./story/lesson/lesson.ts";
export { type Emphasis, lessonToText } from "./story/lesson/text.ts";
export { lesson6, lesson6Classes, lesson6Image, lesson6Label } from "./story/lesson6.ts";
export type { Cause } from "./story/reasons/cause.ts";
export { type CensusOptions, type DeadUnits, deadUnits, type GateCensus } from "./story/reasons/census.ts";
export { type GradientHealth, gradientHealth, type HealthOptions, type LayerHealth } from "./story/reasons/health.ts";
export { changeReasonsToText, describeCause, zeroReasonsToText } from "./story/reasons/text.ts";
export { type ChangeReasons, type PositionShare, type SampleShare, whyChanged } from "./story/reasons/why-changed.ts";
export { whyZero, type ZeroOptions, type ZeroReasons } from "./story/reasons/why-zero.ts";
export { backwardFrom } from "./story/ways/backward.ts";
export { forwardFrom } from "./story/ways/forward.ts";
export type {
  BackwardWays,
  CellReach,
  ForwardTarget,
  ForwardWays,
  Hop,
  LayerReach,
  MergedWays,
  Stop,
  Way,
  WaysOptions,
} from "./story/ways/ways.ts";
export type { Changes } from "./story/what-if/changes.ts";
export type { Crossing, Decider } from "./story/what-if/crossings.ts";
export { whatIfToText } from "./story/what-if/text.ts";
export { type ForecastPart, type WhatIf, type WhatIfRequest, whatIf } from "./story/what-if/what-if.ts";
export { accountToLatex, accountToText } from "./trace/render.ts";
