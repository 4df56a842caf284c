/** Reads what people read: the Markdown and YAML files of a workspace, wherever they stand. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Document {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["coverage", "data", "dist", "node_modules"]);

export function readDocuments(root: string): Document[] {
  return listDocuments(root, "").map((path) => ({
    path,
    text: readFileSync(join(root, path), "utf8"),
  }));
}

export const isMarkdown = ({ path }: Document): boolean => path.endsWith(".md");

/** What `<a id="…">` names in `text`; a link or a citation leads there. */
export const anchorsOf = (text: string): string[] =>
  Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id]) => id!);

/** The same text with spaces for its code and its anchors, so that every place keeps its line. */
export function proseOf(markdown: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, " ");
  return markdown
    .replace(/^( *)(```|~~~)[^\n]*\n[\s\S]*?(?:^ *\2[^\n]*$|(?![\s\S]))/gm, blank)
    .replace(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, blank)
    .replace(/<a id="[^"]+">/g, blank);
}

/** The line of `index`, counted from 1. */
export const lineAt = (text: string, index: number): number =>
  text.slice(0, index).split("\n").length;

function listDocuments(root: string, dir: string): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
    if (entry.isDirectory()) {
      const isSkipped = SKIPPED_FOLDERS.has(entry.name) || entry.name.startsWith(".");
      if (!isSkipped) paths.push(...listDocuments(root, path));
    } else if (/\.(md|ya?ml)$/.test(entry.name)) {
      paths.push(path);
    }
  }
  return paths.sort();
}
