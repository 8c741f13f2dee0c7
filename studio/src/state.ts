// The state of the page as one typed table, and its two spellings: an object, and an address that can be copied and opened elsewhere.

import { longestDrawing } from "./engine/strokes.ts";
import { readPlan } from "./plan.ts";

export type Screen = "home" | "learn" | "net" | "trace" | "train" | "build";
export const screens: readonly Screen[] = ["home", "learn", "net", "trace", "train", "build"];

/** How many steps the lesson has. */
export const lessonSteps = 10;

/** New values by address, such as `input[2,2,0]`; and "learningRate". */
export type Changes = Readonly<Record<string, number>>;

export interface State {
  readonly screen: Screen;
  /** Of Learn, 1…10. */
  readonly step: number;
  /** Which network is open: the lesson's, one trained here, or a file. */
  readonly model: string;
  /** The address that is held. */
  readonly at: string;
  readonly set: Changes;
  /** The place in time, in beats from the start of the stage. */
  readonly t: number;
  readonly direction: "forward" | "backward";
  /** Ends of the way that Trace shows; "" where the screen chooses. */
  readonly from: string;
  readonly to: string;
  /** Which of the listed ways of Trace is shown; those that end early are counted behind those that arrive. */
  readonly way: number;
  readonly zoom: "net" | "layer" | "cell";
  readonly layer: string;
  readonly channel: number;
  /** Which map of what goes into the layer stands in front, where not all fit. */
  readonly inner: number;
  /** What a reader answered in Learn: "" before the first answer. */
  readonly guess: string;
  readonly part: "predict" | "watch" | "complete" | "own";
  /** What was typed into the blanks of Learn, one behind the other, "" where nothing was; and whether it was checked. */
  readonly typed: readonly string[];
  readonly checked: boolean;
  /** Whether step 1 shows the picture in colour. */
  readonly colour: boolean;
  readonly flipped: boolean;
  /** Whether a ReLU stands behind the convolution of step 2. */
  readonly relu: boolean;
  readonly stride: number;
  readonly padding: "valid" | "same";
  /** Steps of gradient descent taken in step 9, and whether all parameters move there or the kernels alone. */
  readonly steps: number;
  readonly full: boolean;
  /** Whether step 10 has trained its network. */
  readonly trained: boolean;
  /** A drawn picture: strokes, packed; "" where none is drawn. */
  readonly drawing: string;
  /** What Net and Trace open a network on: its sample, or a picture of the reader's own. */
  readonly picture: "sample" | "own";
  /** The true class of that picture as the reader says; −1 where the reader says none. */
  readonly label: number;
  /** Train: what is learnt from, by which network, how. */
  readonly data: "digits" | "drawn";
  readonly net: "lesson" | "lenet5";
  readonly rate: number;
  readonly schedule: "falling" | "constant";
  readonly momentum: number;
  readonly batch: number;
  readonly seed: number;
  readonly pace: "full" | "phase";
  /** The kept step that is looked at; −1 for where the run is. */
  readonly kept: number;
  /** Classes that were drawn to learn from, packed. */
  readonly classes: string;
  /** The layers of Build, and what Train is asked for, as JSON; "" for what the screen begins with. */
  readonly plan: string;
  /** The layer of Build that is held, behind which new ones go; −1 for none. */
  readonly place: number;
}

/** How one field is written into an address and read from it; `undefined` where the text says nothing that can be used. */
interface Field<T> {
  readonly initial: T;
  read(text: string): T | undefined;
  write(value: T): string;
}

const word = <T extends string>(initial: T, ...others: readonly T[]): Field<T> => ({
  initial,
  read: (text) => [initial, ...others].find((known) => known === text),
  write: (value) => value,
});

const text = (initial: string, longest = 300): Field<string> => ({
  initial,
  read: (found) => (found.length <= longest ? found : undefined),
  write: (value) => value,
});

const number = (initial: number, least: number, most: number, whole = false): Field<number> => ({
  initial,
  read: (found) => {
    const value = Number(found);
    const fits = found.trim() !== "" && value >= least && value <= most && (!whole || Number.isInteger(value));
    return fits ? value : undefined;
  },
  write: String,
});

const flag: Field<boolean> = {
  initial: false,
  read: (found) => (found === "yes" ? true : found === "no" ? false : undefined),
  write: (value) => (value ? "yes" : "no"),
};

/** `input[2,2,0]=153;conv1.kernel[0,0,0,0]=2` */
const changes: Field<Changes> = {
  initial: {},
  read: (found) => {
    const pairs = found.split(";").map((part) => /^([^=]+)=([-+.0-9eE]+)$/.exec(part));
    if (pairs.some((pair) => pair === null || !Number.isFinite(Number(pair[2])))) return undefined;
    return Object.fromEntries(pairs.map((pair) => [pair?.[1], Number(pair?.[2])]));
  },
  write: (value) =>
    Object.entries(value)
      .map(([address, number]) => `${address}=${number}`)
      .join(";"),
};

/** "1;;-6": texts without ";". */
const list: Field<readonly string[]> = {
  initial: [],
  read: (found) => (found === "" ? [] : found.length <= 200 ? found.split(";") : undefined),
  write: (value) => value.join(";"),
};

type Query = Omit<State, "screen" | "step">;

/** Everything that stands behind the question mark. */
const table: { readonly [K in keyof Query]: Field<Query[K]> } = {
  model: text("lesson6", 60),
  at: text(""),
  set: changes,
  t: number(0, 0, 10_000),
  direction: word("forward", "backward"),
  from: text(""),
  to: text(""),
  way: number(0, 0, 10_000, true),
  zoom: word<State["zoom"]>("layer", "net", "cell"),
  layer: text("", 60),
  channel: number(0, 0, 100_000, true),
  inner: number(0, 0, 100_000, true),
  guess: text("", 40),
  part: word<State["part"]>("predict", "watch", "complete", "own"),
  typed: list,
  checked: flag,
  colour: flag,
  flipped: flag,
  relu: flag,
  stride: number(1, 1, 5, true),
  padding: word("valid", "same"),
  steps: number(0, 0, 200, true),
  full: flag,
  trained: flag,
  drawing: text("", longestDrawing),
  picture: word("sample", "own"),
  label: number(-1, -1, 100_000, true),
  data: word<State["data"]>("digits", "drawn"),
  net: word<State["net"]>("lesson", "lenet5"),
  rate: number(0.04, 0, 1),
  schedule: word<State["schedule"]>("falling", "constant"),
  momentum: number(0.9, 0, 0.99),
  batch: number(32, 1, 512, true),
  seed: number(1, 0, 4294967295, true),
  pace: word<State["pace"]>("full", "phase"),
  kept: number(-1, -1, 1e9, true),
  classes: text("", 4000),
  plan: {
    initial: "",
    read: (found) => (found === "" || readPlan(found) ? found : undefined),
    write: (value) => value,
  },
  place: number(-1, -1, 1000, true),
};

const names = Object.keys(table) as (keyof Query)[];

export const initialState: State = {
  screen: "home",
  step: 1,
  ...(Object.fromEntries(names.map((name) => [name, table[name].initial])) as unknown as Query),
};

/** Reads an address (path and query). What is missing or cannot be used takes its initial value and is named in `ignored`. */
export function readState(path: string, query: string): { readonly state: State; readonly ignored: readonly string[] } {
  const ignored: string[] = [];
  const [first = "", second = "", ...surplus] = path.split("/").filter((part) => part !== "");
  const screen = screens.find((known) => known === (first || "home"));
  const step = Number(second || "1");
  const known = Number.isInteger(step) && step >= 1 && step <= lessonSteps && (second === "" || screen === "learn");
  if (!screen || !known || surplus.length > 0) ignored.push(path);
  const given = new URLSearchParams(query);
  for (const name of new Set(given.keys())) if (!(names as readonly string[]).includes(name)) ignored.push(name);
  const read = <K extends keyof Query>(name: K): Query[K] => {
    const found = given.get(name);
    const value = found === null ? undefined : table[name].read(found);
    if (found !== null && value === undefined) ignored.push(name);
    return value ?? table[name].initial;
  };
  const fields = Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as Query;
  return { state: { ...fields, screen: screen ?? "home", step: known ? step : 1 }, ignored };
}

/** Writes the address of a state; undoes `readState`. Fields with their initial value are left out. */
export function writeState(state: State): string {
  const path = state.screen === "home" ? "/" : state.screen === "learn" ? `/learn/${state.step}` : `/${state.screen}`;
  const query = new URLSearchParams();
  const write = <K extends keyof Query>(name: K) => {
    const field = table[name];
    const spelled = field.write(state[name]);
    if (spelled !== field.write(field.initial)) query.set(name, spelled);
  };
  for (const name of names) write(name);
  const search = query
    .toString()
    .replaceAll("%5B", "[")
    .replaceAll("%5D", "]")
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":");
  return search === "" ? path : `${path}?${search}`;
}
