// `cutaway/story`: accounts as text and LaTeX, worked examples, the lesson's network, the gradient check.
export { type Arithmetic, multiplicationArithmetic, parameterArithmetic } from "./story/arithmetic.ts";
export { type GradCamMap, type GradCamOptions, gradCam } from "./story/attention/grad-cam.ts";
export type { Area, AttentionMap } from "./story/attention/map.ts";
export { type OcclusionMap, type OcclusionRequest, occlusion } from "./story/attention/occlusion.ts";
export {
  type ExcitingPatch,
  excitingPatches,
  type FilterPatches,
  type PatchesOptions,
} from "./story/attention/patches.ts";
export { type SaliencyOptions, saliency } from "./story/attention/saliency.ts";
export { attentionToText, patchesToText } from "./story/attention/text.ts";
export { type Chain, type ChainLayer, checkChain } from "./story/chain.ts";
export { type CheckRequest, type CheckResult, checkGradients, type Kink, type LayerCheck } from "./story/check.ts";
export { storyToLatex } from "./story/document/latex.ts";
export { storyToMarkdown } from "./story/document/markdown.ts";
export type {
  Story,
  StoryLayer,
  StoryMap,
  StoryParameter,
  StoryTensor,
  StoryUpdate,
  StoryWeight,
} from "./story/document/story.ts";
export { type StoryRequest, tellStory } from "./story/document/tell.ts";
export { storyToText } from "./story/document/text.ts";
export { type WorkedExample, type WorkedTensor, workedExample } from "./story/example.ts";
export { lessonColour } from "./story/lesson/01-image.ts";
export type { Block, Cell, Drawing, LessonContent, Matrix } from "./story/lesson/blocks.ts";
export { type CurvePoint, reluCurve } from "./story/lesson/curve.ts";
export { type LessonOptions, type LessonStep, lessonStep } from "./story/lesson/lesson.ts";
export { type MapAxis, mapSize } from "./story/lesson/map-size.ts";
export {
  describeMisreading,
  type Misreading,
  type MisreadingCause,
  misreadings,
  sizeMisreadings,
} from "./story/lesson/misreadings.ts";
export { type Emphasis, lessonToText } from "./story/lesson/text.ts";
export { lessonSteps } from "./story/lesson/titles.ts";
export { type Trained, trainSmall } from "./story/lesson/trained.ts";
export { type Variation, type WorkedModel, workedModel } from "./story/lesson/worked.ts";
export { lesson6, lesson6Classes, lesson6Image, lesson6Label } from "./story/lesson6.ts";
export { contrast, fillOf, inkOn, type Palette, palettes, type Theme } from "./story/look/colours.ts";
export { shapeText, showNumber, tellApart } from "./story/look/numbers.ts";
export { type Appearance, roleOf, scaleOf } from "./story/look/roles.ts";
export { type Legend, legendOf, type Role, type Scale, scaleFor } from "./story/look/scales.ts";
export { type Nudge, type NudgeRequest, nudge } from "./story/nudge.ts";
export { accountToHtml } from "./story/picture/account-page.ts";
export { accountToSvg } from "./story/picture/account-svg.ts";
export { accountToMathml, formulaToMathml } from "./story/picture/mathml.ts";
export { type MatrixPicture, matrixToSvg } from "./story/picture/matrix.ts";
export { largestIn } from "./story/picture/rows.ts";
export { type Stamp, stampOf } from "./story/picture/stamp.ts";
export type { Themes } from "./story/picture/svg.ts";
export type { Reading } from "./story/probe.ts";
export { type Proof, type ProofRequest, prove } from "./story/proof/proof.ts";
export type { Distance } from "./story/proof/readd.ts";
export { type ProofScriptRequest, proofScript } from "./story/proof/script.ts";
export type { Cause } from "./story/reasons/cause.ts";
export { type CensusOptions, type DeadUnits, deadUnits, type GateCensus } from "./story/reasons/census.ts";
export { type GradientHealth, gradientHealth, type HealthOptions, type LayerHealth } from "./story/reasons/health.ts";
export { changeReasonsToText, describeCause, zeroReasonsToText } from "./story/reasons/text.ts";
export { type ChangeReasons, type PositionShare, type SampleShare, whyChanged } from "./story/reasons/why-changed.ts";
export { whyZero, type ZeroOptions, type ZeroReasons } from "./story/reasons/why-zero.ts";
export { storyToHtml } from "./story/report/report.ts";
export {
  cellAddress,
  type Step,
  type StepLayer,
  type StepParameter,
  type StepRequest,
  type StepTensor,
  tellStep,
} from "./story/step/step.ts";
export type { OptimizerState, UpdateOptions } from "./story/update.ts";
export { backwardFrom } from "./story/ways/backward.ts";
export { forwardFrom } from "./story/ways/forward.ts";
export { listBackward, listForward } from "./story/ways/several.ts";
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
