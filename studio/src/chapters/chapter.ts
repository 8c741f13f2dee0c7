// What a chapter of Learn gives: which network it opens, its words, its beats in time, its stage, and the number its question asks for.
import type { Component } from "svelte";
import type { Beat } from "../clock.svelte.ts";
import type { Scene, SceneRequest } from "../engine/scene.ts";
import type { State } from "../state.ts";

export interface StageProps {
  readonly scene: Scene;
  readonly state: State;
  /** Beats from the start. At 0 the stage is at rest: it shows the step's number with all that it is made of, except what is `hidden`. */
  readonly t: number;
  /** The address that is asked for and not yet answered: its cell is paper, and so is what would give it away. "" where nothing is. */
  readonly hidden: string;
  /** All such addresses, where a part asks for several. */
  readonly unanswered: readonly string[];
  /** The number that the part is about: the question's, or the exercise's. */
  readonly focus: string;
}

export interface ControlsProps {
  readonly scene: Scene;
  readonly state: State;
}

/** The story's words; they hold no results. */
export interface ChapterWords {
  readonly title: string;
  /** What the step does, in one to three sentences. */
  readonly lead: string;
  /** The sentence to keep; it stands in bold behind the lead. */
  readonly point: string;
  /** The question, about the number that `question` names. */
  ask(scene: Scene, state: State): string;
  /** How the true answer is called beside it, such as "the sum"; otherwise "the result". */
  readonly truth?: string;
}

export interface Chapter {
  readonly words: ChapterWords;
  /** The network of the step, with the reader's edits and choices. */
  request(state: State): SceneRequest;
  /** The number that the step is about; its question asks for it. The stage gets it as `hidden` while the question is open. */
  question(state: State): string;
  /** The node whose map's size the question asks for, where it asks for that and not for the number. */
  readonly sized?: string;
  /** Another number of the same kind, to be completed by the reader: its terms have blanks. */
  exercise(state: State): string;
  /** Where one number has too few terms for three blanks: the numbers themselves that are to be completed, `exercise` among them. */
  blanks?(state: State): readonly string[];
  beats(scene: Scene, state: State): readonly Beat[];
  readonly Stage: Component<StageProps>;
  /** What can be set in this step beside pixels and kernel cells: stride, the learning rate. */
  readonly Controls?: Component<ControlsProps>;
  /** The largest value that a cell of the reader's own picture takes, and what one press adds; absent where the step has no such picture. */
  readonly ink?: { readonly most: number; readonly step: number };
}

/** Whether the question still stands open: the reader has neither answered nor asked to be shown, and has not moved on in time. */
export function asking(state: State): boolean {
  return (
    state.part === "predict" && state.guess === "" && state.t === 0 && !state.flipped && !state.relu && !state.colour
  );
}

/** The number that a part of the step is about. */
export function focusOf(chapter: Chapter, state: State): string {
  return state.part === "complete" ? chapter.exercise(state) : chapter.question(state);
}

/** The addresses that the stage and the Number panel must not show yet. */
export function unansweredIn(chapter: Chapter, state: State): readonly string[] {
  if (asking(state)) return [chapter.question(state)];
  if (state.part !== "complete" || state.checked) return [];
  return chapter.blanks?.(state) ?? [chapter.exercise(state)];
}

/** What begins anew with every step. */
export const fresh = {
  at: "",
  set: {},
  t: 0,
  guess: "",
  part: "predict",
  typed: [],
  checked: false,
  colour: false,
  flipped: false,
  relu: false,
  stride: 1,
  padding: "valid",
  channel: 0,
  layer: "",
} as const satisfies Partial<State>;

/** Edits whose tensor the scene has; each small network takes those that it knows. */
export function editsFor(state: State, known: readonly string[]): State["set"] {
  return Object.fromEntries(
    Object.entries(state.set).filter(([address]) => known.includes(address.split("[")[0] ?? "")),
  );
}
