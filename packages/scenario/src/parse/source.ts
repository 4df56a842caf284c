/**
 * The text of a scenario as data, with the way back: where in the text each part stands.
 *
 * JSON is read by the same parser, since all of it is YAML.
 */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import type { Position } from "../format/position.ts";
import type { Problem } from "../format/problem.ts";
import { limitDocument, TOO_DEEP } from "./document-limits.ts";
import { textProblems } from "./text-limits.ts";

/** Keys and indices from the document's top to a part of it. */
export type Path = readonly PropertyKey[];

/** Of what was never in a text. */
export const NOWHERE: Position = { line: 1, column: 1 };

export interface Source {
  readonly value: unknown;
  /** What keeps the text from being YAML at all. */
  readonly problems: readonly Problem[];
  /** Where a part begins, or the nearest that exists around it. */
  locate(path: Path): Position;
  /** A plain value as the text has it, where what it was read as says less: 5.10 is read as 5.1. */
  written(path: Path): string | undefined;
  /** Where a key of a map stands: not its value. */
  locateKey(path: Path): Position;
}

export function readSource(text: string): Source {
  const unreadable = textProblems(text);
  const lines = new LineCounter();
  const document = parseDocument(unreadable.length === 0 ? text : "", {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const exhausted = document.errors.filter(({ code }) => code === "RESOURCE_EXHAUSTION");
  const wrong = exhausted.length > 0 ? exhausted.slice(0, 1) : document.errors;
  const problems = [
    ...unreadable,
    ...[...wrong, ...document.warnings].map(({ pos, code, message }) => ({
      ...at(pos[0]),
      message: OWN_WORDS[code] ?? shortened(message.split("\n", 1)[0]),
    })),
  ];
  if (problems.length === 0) {
    for (const [offset, message] of limitDocument(document))
      problems.push({ ...at(offset), message });
  }
  return {
    value: problems.length === 0 ? document.toJS({ maxAliasCount: -1 }) : undefined,
    problems,
    locate: (path) => at(offsetOf(document, path)),
    written: (path) => writtenAs(document, path),
    locateKey: (path) => at(keyOffset(document, path)),
  };
}

/** What the parser says in words of its own, by its codes. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "wanted one document, got another that begins here",
  RESOURCE_EXHAUSTION: TOO_DEEP,
};

/** The parser repeats what it could not read, however long that is. */
const shortened = (message: string): string =>
  message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 1)}…`;
const LONGEST_MESSAGE = 120;

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    node = childOf(node, key);
    if (node === undefined) break;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

function writtenAs(document: Document, path: Path): string | undefined {
  const found = path.reduce<unknown>(childOf, document.contents);
  const node = isAlias(found) ? found.resolve(document) : found;
  return isScalar(node) ? node.source : undefined;
}

function keyOffset(document: Document, path: Path): number {
  const parent = path.slice(0, -1).reduce<unknown>(childOf, document.contents);
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
    : undefined;
  return startOf(pair?.key) ?? offsetOf(document, path);
}

function childOf(node: unknown, key: PropertyKey): unknown {
  if (isMap(node) || isSeq(node)) return node.get(key, true) ?? undefined;
  return isPair(node) ? childOf(node.value, key) : undefined;
}

const startOf = (node: unknown): number | undefined => (node as Node | undefined)?.range?.[0];
