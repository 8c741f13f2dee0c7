// Markdown links that lead nowhere: files that do not exist and headings that are not there.
import { dirname, join } from "node:path/posix";

/**
 * Sentences about broken links. `pages` are Markdown texts by path; `exists` says whether a path, relative to the root, is a
 * file or folder. Links to other sites are not followed.
 */
export function brokenLinks(pages: ReadonlyMap<string, string>, exists: (path: string) => boolean): string[] {
  return [...pages].flatMap(([page, text]) => {
    return linksOf(text).flatMap((target) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [file, anchor] = target.split("#", 2).map(decodeURIComponent);
      const path = file === "" ? page : join(dirname(page), file);
      if (path.startsWith("..") || !exists(path.replace(/\/$/, "")))
        return [`${page}: links to ${target}, which is not there`];
      const known = pages.get(path);
      if (!anchor || known === undefined || anchorsOf(known).includes(anchor)) return [];
      return [`${page}: links to ${target}, but ${path} has no such heading`];
    });
  });
}

/** Targets of [text](target), [text][name] definitions and images, outside code. */
export function linksOf(text: string): string[] {
  const prose = withoutCode(text);
  const inline = prose.matchAll(/\]\(\s*<?([^\s)>]+)>?[^)]*\)/g);
  const definitions = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm);
  return [...inline, ...definitions].map(([, target]) => target);
}

/** The names under which a page's headings can be linked to, as code hosts make them. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading]) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

function withoutCode(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
}
