// `cutaway/story`: accounts as text and LaTeX, worked examples, the lesson's network, the gradient check.
export { type CheckRequest, type CheckResult, checkGradients, type Kink, type LayerCheck } from "./story/check.ts";
export { type WorkedExample, type WorkedTensor, workedExample } from "./story/example.ts";
export { lesson6, lesson6Classes, lesson6Image, lesson6Label } from "./story/lesson6.ts";
export { accountToLatex, accountToText } from "./trace/render.ts";
