/**
 * The fenced blocks of the documents. The words behind a fence say what a block is, and so what
 * holds it:
 *
 *    text command   a command and what it prints; a line of `…` leaves lines out
 *    ts run         a program; what it prints stands in comments behind each console.log
 *    ts             the example of a library, which the rehearsal of a release compiles and runs
 *    sh             commands without their output
 *    yaml           a scenario that comes out as it says
 *    LANG new FILE  a file of the reader's own, for the commands of that document
 *    LANG PATH      lines of a file of the repository
 *    diff           a change of files of the repository, which they have
 *    text drawing   no code
 *    text recorded  a command, and what it printed on a machine of which no other can say the same
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";

export interface Block {
  /** Of the fence, from 1. */
  readonly line: number;
  /** The words behind the fence. */
  readonly info: string;
  /** Its lines, each with its end. */
  readonly body: string;
}

/** Documents whose blocks nothing holds, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "docs/style.md": "its examples are invented, as it says",
};

/** Documents whose blocks are held: those of the root, of docs, of the examples, the READMEs. */
export function documentsWithBlocks(): string[] {
  const patterns = [
    "*.md",
    "docs/*.md",
    "docs/decisions/*.md",
    "{apps,packages}/*/*.md",
    "examples/**/*.md",
  ];
  return filesOf(...patterns)
    .filter((path) => !path.endsWith("/CHANGELOG.md") && !Object.hasOwn(LEFT_OUT, path))
    .filter((path) => blocksIn(readDocument(path)).length > 0);
}

/** Paths from the root, with slashes, sorted. */
export const filesOf = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: REPO })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();

export const readDocument = (path: string): string => readFileSync(join(REPO, path), "utf8");

/** @throws Error where a fence is indented, of another kind, or not closed */
export function blocksIn(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; body: string } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent, info] = /^(\s*)(?:```|~~~)(.*)$/.exec(line) ?? [];
    if (info === undefined) {
      if (open) open.body += `${line}\n`;
    } else if (indent !== "" || !line.startsWith("```")) {
      throw new Error(`line ${index + 1}: a fence that is not at the edge, or not of backticks`);
    } else if (open) {
      if (info !== "") throw new Error(`line ${index + 1}: a fence inside of that of ${open.line}`);
      blocks.push(open);
      open = null;
    } else open = { line: index + 1, info, body: "" };
  }
  if (open) throw new Error(`line ${open.line}: a fence that is not closed`);
  return blocks;
}
