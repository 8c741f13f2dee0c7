// Writes MAP.md, every file of code with its first line, by folder; with --check it only says whether MAP.md is current.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesUnder, firstComment, folderOf, isCode, readText, root } from "./tree.ts";

const head = `# Map

Every file of code, by folder, with the sentence it begins with. Made by \`npm run map\`; a test fails where it is out of date.
`;

/** The text of MAP.md for the files as they are now. */
export function mapText(): string {
  const paths = filesUnder().filter((path) => isCode(path) && path.includes("/"));
  const folders = [...new Set(paths.map(folderOf))].sort();
  const section = (folder: string) => {
    const lines = paths.filter((path) => folderOf(path) === folder).map(lineOf);
    return `## ${folder}\n\n${aboutFolder(folder)}${lines.join("\n")}\n`;
  };
  return [head, ...folders.map(section)].join("\n");
}

function lineOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return `- [${name}](${path}): ${escaped(firstComment(readText(path)) ?? "")}`;
}

/** The heading and the first sentence of the folder's README, where there is one. */
function aboutFolder(folder: string): string {
  const path = `${folder}/README.md`;
  if (!existsSync(join(root, path))) return "";
  const [, heading = folder, paragraph = ""] = /^# (.+)\n+([^\n#|`][\s\S]*?)(?:\n\n|\n*$)/.exec(readText(path)) ?? [];
  const [sentence] = paragraph.replaceAll("\n", " ").split(/(?<=[.:!?])\s/, 1);
  return `[${heading}](${path}): ${sentence.replace(/:$/, ".")}\n\n`;
}

/** What Markdown would read as a tag or emphasis, kept as it is written. */
function escaped(text: string): string {
  return text.replace(/[<*_[\]]/g, "\\$&").replace(/`[^`]*`/g, (code) => code.replaceAll("\\", ""));
}

if (import.meta.main) {
  const path = join(root, "MAP.md");
  const text = mapText();
  const current = existsSync(path) && readText("MAP.md") === text;
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (!current) {
    process.stderr.write("MAP.md is out of date. Run: npm run map\n");
    process.exitCode = 1;
  }
}
