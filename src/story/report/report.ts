// The story as one HTML file: no script, no request, both themes; every small number a cell with its address.
import type { Story } from "../document/story.ts";
import { escapeText } from "../picture/markup.ts";
import { answerSection, lossSection } from "./answer.ts";
import { attentionSection } from "./attention.ts";
import { updateSection, weightsSection } from "./change.ts";
import { element, startTag } from "./html.ts";
import { backwardSection, forwardSection } from "./layers.ts";
import { pictureSection, reportHead } from "./opening.ts";
import { proofSection } from "./proof.ts";
import { reportStyle } from "./style.ts";

const sections: readonly (readonly [id: string, title: string, write: (story: Story) => string])[] = [
  ["picture", "The picture", pictureSection],
  ["forward", "Forward: what each layer makes of it", forwardSection],
  ["answer", "The answer", answerSection],
  ["loss", "The loss", lossSection],
  ["backward", "Backward: what each number did to the loss", backwardSection],
  ["weights", "The strongest weights, written out", weightsSection],
  ["update", "The update", updateSection],
  ["attention", "Where the network looks", attentionSection],
  ["proof", "The proof", proofSection],
];

/** What a page may load: nothing but what it holds. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The whole report as one HTML document (UTF-8) that opens without a network and without a script, on light and dark. Tensors of at most 256
 * numbers (64 in a vector) with sides up to 12 are cells with `data-addr` and `data-value`, in full precision; larger ones are images of one
 * pixel a number with exactly the fills of `fillOf`, one file a theme. Numbers in text have four significant digits, "≈" where more is stored.
 */
export function storyToHtml(story: Story): string {
  return ["<!doctype html>", element("html", { lang: "en" }, head(story), element("body", {}, body(story))), "\n"].join(
    "",
  );
}

function head({ title }: Story): string {
  return element(
    "head",
    {},
    startTag("meta", { charset: "utf-8" }),
    startTag("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
    startTag("meta", { name: "viewport", content: "width=device-width,initial-scale=1" }),
    startTag("meta", { name: "color-scheme", content: "light dark" }),
    startTag("link", { rel: "icon", href: "data:," }),
    element("title", {}, escapeText(title)),
    `<style>${reportStyle}</style>`,
  );
}

function body(story: Story): string {
  const entry = ([id, title]: (typeof sections)[number]) => element("li", {}, element("a", { href: `#${id}` }, title));
  const section = ([id, title, write]: (typeof sections)[number]) =>
    element(
      "section",
      { id, "aria-labelledby": `${id}-title` },
      element("h2", { id: `${id}-title` }, title),
      write(story),
    );
  return [
    element("a", { class: "skip", href: "#content" }, "Skip to the story"),
    reportHead(story),
    element("nav", { "aria-label": "Contents" }, element("ol", {}, ...sections.map(entry))),
    element("main", { id: "content" }, ...sections.map(section)),
  ].join("");
}
