// The ten chapters in order: one folder each, whose name begins with the step, loaded when the step is opened.
import type { Chapter } from "./chapter.ts";

const folders = import.meta.glob<{ readonly chapter: Chapter }>("./*/chapter.ts");

/** By step, 1…10. */
export const chapters: Readonly<Record<number, () => Promise<{ readonly chapter: Chapter }>>> = Object.fromEntries(
  Object.entries(folders).map(([path, load]) => [Number.parseInt(path.slice(2), 10), load]),
);
