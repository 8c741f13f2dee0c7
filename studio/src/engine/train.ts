// What the page may ask the worker that trains: a table, like that of the answers.
import type { DrawnStroke } from "cutaway/digits";
import type { Shown } from "./portrait.ts";
import { Run } from "./run.ts";
import type { Guess, News, Outset, Phases, Portrait, TakenModel, TrainSettings } from "./train-kinds.ts";

let run: Run | undefined;
let runs = 0;

function current(): Run {
  if (!run) throw new Error("nothing was started");
  return run;
}

/** Sends news of the run to the page. */
const tell = (news: News) => postMessage({ news });

export const training = {
  /** Draws the pictures, makes the network, stands before the first step. The run before it ends. */
  async start(settings: TrainSettings): Promise<Outset> {
    run?.end();
    runs++;
    const begun = new Run(runs, settings, tell);
    run = begun;
    return begun.begin();
  },
  /** Runs for so many steps; answers when it stands still again, which may be earlier. */
  async go(steps: number): Promise<void> {
    await current().go(steps);
  },
  async pause(): Promise<void> {
    current().pause();
  },
  /** From the next step on. */
  async rate(rate: number): Promise<void> {
    current().rate = rate;
  },
  async portrait(step: number | undefined, shown?: Shown): Promise<Portrait> {
    return current().portrait(step, shown);
  },
  async phases(): Promise<Phases> {
    return current().phases();
  },
  /** Tests on all test pictures and measures when a guess is sure. */
  async judge(): Promise<void> {
    await current().judge();
  },
  async guess(strokes: readonly DrawnStroke[], step?: number): Promise<Guess> {
    return current().guess(strokes, step);
  },
  async take(step: number | undefined): Promise<TakenModel> {
    return current().take(step);
  },
};

export type Training = typeof training;
