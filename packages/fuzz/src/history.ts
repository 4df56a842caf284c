/**
 * A history as the data that a scenario file holds: steps can be left out, sizes halved, and what
 * is left is written as a file that anybody can run.
 */
import type { Entry } from "@forkpath/scenario/internal";
import { Document, isCollection, isMap } from "yaml";

export interface ProcessEntry {
  readonly parent?: string;
  readonly user?: number;
  readonly mappings: Readonly<Record<string, Entry>>;
}

export interface History {
  readonly machine: Entry;
  readonly processes: Readonly<Record<string, ProcessEntry>>;
  readonly steps: readonly Entry[];
  /** What must hold in the end; nothing unless the history came to one. */
  readonly expect?: readonly Entry[];
}

/** What a file says besides, for people. */
export interface Heading {
  /** The lines of a comment on top. */
  readonly comment: readonly string[];
  readonly title: string;
}

/** The scenario file: a line for each step. */
export function historyText(history: History, { comment, title }: Heading): string {
  const document = new Document({ title, ...history }, { aliasDuplicateObjects: false });
  document.commentBefore = comment.map((line) => ` ${line}`).join("\n");
  writeInOneLine(document.get("machine"));
  for (const process of itemsOf(document.get("processes"))) {
    for (const mapping of itemsOf(isMap(process) ? process.get("mappings") : null)) {
      writeInOneLine(mapping);
    }
  }
  for (const key of ["steps", "expect"]) {
    for (const entry of itemsOf(document.get(key))) writeInOneLine(entry);
  }
  return document.toString({ lineWidth: 0 });
}

/** The values of a map, or what a list holds. */
function itemsOf(node: unknown): readonly unknown[] {
  if (isMap(node)) return node.items.map(({ value }) => value);
  return isCollection(node) ? node.items : [];
}

function writeInOneLine(node: unknown): void {
  if (isCollection(node)) node.flow = true;
}
