// The worker that holds the opened networks: takes questions one after the other and sends answers, or the error in the library's words.
import { type Answers, answers } from "./answers.ts";
import { holdLifeline } from "./lifeline.ts";
import type { Trouble } from "./scene.ts";
import { troubleOf } from "./trouble.ts";

export interface Question {
  readonly id: number;
  readonly name: keyof Answers;
  readonly parameters: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly trouble: Trouble };

const held = holdLifeline();

addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  const { id, name, parameters } = data;
  await held;
  try {
    const answer = answers[name] as (...given: readonly unknown[]) => Promise<unknown>;
    postMessage({ id, value: await answer(...parameters) } satisfies Reply);
  } catch (error) {
    postMessage({ id, trouble: troubleOf(error) } satisfies Reply);
  }
});
