// The blanks of a step: which numbers are missing, what was typed into them, and whether it is right.
import { announce } from "../announce.svelte.ts";
import { frame } from "../messages/learn/frame.en.ts";
import { navigation } from "../navigation.svelte.ts";
import { short } from "./numbers.ts";

/** "−3", "- 3" and "-3" are one number. */
export function readNumber(typed: string): number {
  const text = typed.trim().replaceAll("−", "-").replaceAll(",", ".").replaceAll(" ", "");
  return text === "" ? Number.NaN : Number(text);
}

/** Whether a number was typed in all the figures that the page shows of the true one. */
function sameFigures(typed: number, truth: number): boolean {
  return typed === truth || short(typed) === short(truth);
}

class Exercise {
  /** The true numbers of the blanks, in order. */
  truths: readonly number[] = $state.raw([]);

  readonly wrong: readonly number[] = $derived(
    this.truths.flatMap((truth, k) => (sameFigures(readNumber(navigation.state.typed[k] ?? ""), truth) ? [] : [k])),
  );

  get right(): boolean {
    return this.truths.length > 0 && this.wrong.length === 0;
  }

  type(place: number, text: string): void {
    const typed = this.truths.map((_, k) =>
      k === place ? text.replaceAll(";", "") : (navigation.state.typed[k] ?? ""),
    );
    navigation.go({ typed }, { replace: true });
  }

  check(): void {
    const empty = this.truths.some((_, k) => (navigation.state.typed[k] ?? "").trim() === "");
    if (!empty) navigation.go({ checked: true });
    announce(empty ? frame.blanksEmpty : this.right ? frame.blanksRight : frame.blanksShort(this.wrong.length));
  }

  /** Opens the wrong blanks anew; what was right stays. */
  again(): void {
    const typed = this.truths.map((_, k) => (this.wrong.includes(k) ? "" : (navigation.state.typed[k] ?? "")));
    navigation.go({ typed, checked: false, at: "" });
  }

  show(): void {
    navigation.go({ typed: this.truths.map(String), checked: true });
    announce(frame.blanksShown);
  }
}

export const exercise = new Exercise();
