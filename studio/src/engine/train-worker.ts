// The worker that trains: takes questions, sends answers and, unasked, news.
import { holdLifeline } from "./lifeline.ts";
import { type Training, training } from "./train.ts";
import type { News } from "./train-kinds.ts";
import { troubleOf } from "./trouble.ts";
import type { Reply } from "./worker.ts";

export interface TrainQuestion {
  readonly id: number;
  readonly name: keyof Training;
  readonly parameters: readonly unknown[];
}

export type TrainReply = Reply | { readonly news: News };

const held = holdLifeline();

addEventListener("message", async ({ data }: MessageEvent<TrainQuestion>) => {
  const { id, name, parameters } = data;
  await held;
  try {
    const answer = training[name] as (...given: readonly unknown[]) => Promise<unknown>;
    postMessage({ id, value: await answer(...parameters) } satisfies TrainReply);
  } catch (error) {
    postMessage({ id, trouble: troubleOf(error) } satisfies TrainReply);
  }
});
