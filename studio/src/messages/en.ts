// The page's words in English, in one place. They hold no results: numbers come in as parameters.
import type { Account } from "cutaway";
import { counted } from "./counted.en.ts";

/** "9 terms, 6 of them not zero" */
function ofTerms(terms: Account["terms"]): string {
  const live = terms.filter((term) => term.live).length;
  const count = counted(terms.length, "term");
  if (live === terms.length) return terms.length === 1 ? `${count}, not zero` : `${count}, none of them zero`;
  if (live === 0) return terms.length === 1 ? `${count}, zero` : `${count}, all of them zero`;
  return `${count}, ${live} of them not zero`;
}

export const messages = {
  name: "Cutaway",
  screens: { home: "Home", learn: "Learn", net: "Net", trace: "Trace", train: "Train", build: "Build" },
  skip: "Skip to the stage",
  screensLabel: "Screens",
  copyLink: "Copy link to this state",
  theme: "Switch between light and dark",
  help: "Keys",
  close: "Close",
  saveStage: "Save the stage as SVG",
  stageSaved: "The stage is saved as an SVG picture.",
  copied: "Copied",
  notCopied: "This browser does not let a page copy; select the text instead.",
  copyAddress: "Copy the address",
  linkCopied: "The link to what you see is copied.",
  ignored: (parts: readonly string[]) =>
    `Part of this address could not be used: ${parts.join(", ")}. Everything else is as it says.`,
  panels: { story: "Story", number: "Number", controls: "Controls" },
  trouble: (expected: string, received: string) => `Expected ${expected}; got ${received}.`,
  waiting: "Computing …",
  notWritten: "not yet written",
  products: "The products, left to right",
  guessed: (number: string) => `your guess ${number}`,
  number: {
    title: "Where does this come from?",
    nothing: "Choose any number on the stage: this panel shows what it is made of.",
    forward: "Follow forward",
    backward: "Follow back",
    rule: ({ rule, combine, terms }: Account) =>
      combine === "copy" ? "It was given, not computed." : `${rule}: ${ofTerms(terms)}.`,
  },
  terms: {
    term: "term",
    numbers: "numbers",
    product: "product",
    total: "total",
    value: "value",
    largest: "largest",
    count: (terms: number, live: number) => `${counted(terms, "term")}, ${live} live`,
    folded: (hidden: number) => `${counted(hidden, "term")} that are 0 or further down are folded: show them`,
    names: {
      sum: "sum",
      max: "largest",
      gate: "result",
      quotient: "quotient",
      log: "result",
      copy: "value",
    } as Readonly<Record<string, string>>,
  },
  proof: {
    exact: {
      title: "Adds up exactly",
      text: (terms: number, _residual: string, _bound: string) =>
        `${counted(terms, "term")} re-added in order, residual 0. Equal to the stored value.`,
    },
    rounded: {
      title: "Adds up, rounded",
      text: (terms: number, residual: string, bound: string) =>
        `${counted(terms, "term")} re-added in order, residual ${residual}; rounding allows ${bound}.`,
    },
    open: {
      title: "Does not add up",
      text: (terms: number, residual: string, bound: string) =>
        `${counted(terms, "term")} re-added in order, residual ${residual}, more than the ${bound} that rounding allows.`,
    },
  },
  time: {
    label: "Time",
    first: "To the start",
    previous: "Previous break",
    next: "Next break",
    play: "Play",
    pause: "Pause",
    speed: (speed: string) => `Speed ${speed}`,
    position: (beat: number, beats: number, label: string) => `${label}, ${beat} of ${beats}`,
  },
  sentence: ({ address, value, combine, terms }: Account, shown: string) =>
    combine === "copy"
      ? `${address} is ${shown}. It was given.`
      : `${address} is ${shown}, made of ${ofTerms(terms)}.${Number.isNaN(value) ? " It is not a number." : ""}`,
  keys: [
    ["Tab", "from matrix to matrix, button to button"],
    ["Arrows", "from cell to cell; in editing, up and down change the value by 1, with Shift by 0.1"],
    ["Enter", "hold the cell: the Number panel opens it"],
    ["f", "follow the held number forward"],
    ["b", "follow it back from the loss"],
    ["e", "edit the focused cell, where it can be edited"],
    ["[ and ]", "previous and next break in time"],
    ["Space", "play and pause, on the time bar"],
    ["?", "these keys"],
  ] as const,
};
