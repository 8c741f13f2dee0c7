// The proof stamp: what was added again and compared, and the seed that repeats it.
import type { Story } from "../document/story.ts";
import { escapeText } from "../picture/markup.ts";
import { element } from "./html.ts";

/** Quiet where everything agrees, framed where it does not. */
export function proofSection({ proof }: Story): string {
  const { passed, text, seed } = proof;
  const title = passed ? "Everything adds up" : "Not everything adds up";
  const lines = text.split("\n").map((line) => element("p", {}, escapeText(line)));
  const glyph = element("span", { class: "glyph", "aria-hidden": "true" }, passed ? "✓" : "≠");
  const stamp = element(
    "div",
    { class: passed ? "proof" : "proof wrong" },
    glyph,
    element("div", {}, element("b", {}, title), ...lines),
  );
  return [stamp, element("p", { class: "stamp" }, `Drawn by seed ${seed}: the same seed draws the same numbers.`)].join(
    "",
  );
}
