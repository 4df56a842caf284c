/**
 * The text of a scenario as data, with the way back: where in the text each part stands.
 *
 * JSON is read by the same parser, since all of it is YAML.
 */
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import type { Position } from "../format/position.ts";
import type { Problem } from "./problem.ts";

/** Keys and indices from the document's top to a part of it. */
export type Path = readonly PropertyKey[];

export interface Source {
  readonly value: unknown;
  /** What keeps the text from being YAML at all. */
  readonly problems: readonly Problem[];
  /** Where a part begins, or the nearest that exists around it. */
  locate(path: Path): Position;
  /** Where a key of a map stands: not its value. */
  locateKey(path: Path): Position;
}

export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    ...at(pos[0]),
    message: shortened(message.split("\n", 1)[0]),
  }));
  for (const [offset, message] of loseAliases(document)) problems.push({ ...at(offset), message });
  keepLongNumbers(document);
  return {
    value: problems.length === 0 ? document.toJS() : undefined,
    problems,
    locate: (path) => at(offsetOf(document, path)),
    locateKey: (path) => at(keyOffset(document, path)),
  };
}

/** The parser repeats what it could not read, however long that is. */
const shortened = (message: string): string =>
  message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 1)}…`;
const LONGEST_MESSAGE = 120;

/** Aliases lead to an anchor before them, and not to so many that a short text is a long one. */
function loseAliases(document: Document): readonly [offset: number, message: string][] {
  const lost: [number, string][] = [];
  let count = 0;
  visit(document, {
    Alias(_, node) {
      const offset = startOf(node) ?? 0;
      if (node.resolve(document) === undefined)
        lost.push([offset, `unknown anchor ${node.source}`]);
      if (++count === MOST_ALIASES) lost.push([offset, `more than ${MOST_ALIASES - 1} aliases`]);
    },
  });
  return lost;
}

/** Below what the parser itself would refuse without a place. */
const MOST_ALIASES = 100;

/** A number that a double cannot hold stays the text that it was. */
function keepLongNumbers(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      const isInexact = Number.isInteger(node.value) && !Number.isSafeInteger(node.value);
      if (isInexact && node.source !== undefined) node.value = node.source;
    },
  });
}

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
