// The lesson: the mathematics of a convolutional network in ten steps, each computed when it is asked for.
import type { Host } from "../../base/host.ts";
import { fail } from "../../base/words/story.ts";
import { image } from "./01-image.ts";
import { convolution } from "./02-convolution.ts";
import { featureMap } from "./03-feature-map.ts";
import { activation } from "./04-relu.ts";
import { pooling } from "./05-pooling.ts";
import { kernels } from "./06-kernels.ts";
import { classes } from "./07-classes.ts";
import { backward } from "./08-backward.ts";
import { descent } from "./09-descent.ts";
import { whole } from "./10-whole.ts";
import { type Block, type LessonContent, text } from "./blocks.ts";
import { n } from "./numbers.ts";
import { type Changes, openSetting, type Setting } from "./setting.ts";
import { lessonSteps, lessonTitles } from "./titles.ts";

export interface LessonStep extends LessonContent {
  /** 1…10. */
  readonly step: number;
  readonly title: string;
}

export interface LessonOptions {
  /** What to change before everything is computed. An address means the same cell in every small network of the step that has it. */
  readonly set?: Changes;
  readonly host?: Host | undefined;
}

/** One for each title. */
type Tellers<Titles extends readonly string[]> = {
  readonly [K in keyof Titles]: (setting: Setting) => Promise<LessonContent>;
};

/** What tells each step. */
const tellers: Tellers<typeof lessonTitles> = [
  image,
  convolution,
  featureMap,
  activation,
  pooling,
  kernels,
  classes,
  backward,
  descent,
  whole,
];

/** One step of the lesson, 1…10, on the 6×6 network, with every number computed now. Throws `lesson.step` for another step,
 * `lesson.address` and `lesson.value` for changes that cannot be made. */
export async function lessonStep(step: number, { set = {}, host }: LessonOptions = {}): Promise<LessonStep> {
  const tell = Number.isInteger(step) ? tellers[step - 1] : undefined;
  if (!tell) return fail("lesson.step", { received: step, count: lessonSteps });
  const setting = await openSetting(set, host);
  const { values, accounts, blocks } = await tell(setting);
  return { step, title: lessonTitles[step - 1], values, accounts, blocks: [...changed(set), ...blocks] };
}

/** Reminds the reader of what is not as usual. */
function changed(set: Changes): Block[] {
  const names = Object.entries(set).map(([name, value]) => `${name} = ${n(value)}`);
  return names.length === 0 ? [] : [text(`Changed: ${names.join(", ")}. Everything below follows.`)];
}
