/**
 * What a parsed text is checked for before it becomes data: aliases, depth, keys that JavaScript
 * keeps to itself, merges of what has no keys. Texts lose what would steer a terminal, numbers what
 * a double cannot hold.
 *
 * A node counts as often as aliases repeat it: a short text with aliases of aliases is a long one.
 * Each anchor is measured once, where it stands, so that the check itself is short.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
} from "yaml";
import { visible } from "../format/visible.ts";

/** Lists and maps inside each other. */
const MOST_LEVELS = 60;
/** Nodes that aliases may add. */
const MOST_REPEATED = 20_000;

export const TOO_DEEP: string = `lists and keys are nested more than ${MOST_LEVELS} deep`;

interface Measure {
  readonly nodes: number;
  readonly levels: number;
}

/** Where in the text, and what is wrong there. */
export type Found = readonly [offset: number, message: string];

const LEAF: Measure = { nodes: 1, levels: 0 };

/** Walks the document once, and tidies its scalars on the way. */
export function limitDocument(document: Document): readonly Found[] {
  const found: Found[] = [];
  /** By anchor; null while the walk is inside of it. */
  const anchors = new Map<string, Measure | null>();
  let repeated = 0;
  let isFull = false;
  measure(document.contents, 0);
  return found;

  function measure(node: unknown, level: number): Measure {
    if (isAlias(node)) return measureAlias(node.source, startOf(node));
    const anchor = (node as Node | null)?.anchor;
    if (anchor !== undefined) anchors.set(anchor, null);
    if (isScalar(node)) tidy(node);
    const size = isCollection(node) ? measureItems(node.items, node, level + 1) : LEAF;
    if (anchor !== undefined) anchors.set(anchor, size);
    return size;
  }

  function measureItems(items: readonly unknown[], of: Node, level: number): Measure {
    if (level > MOST_LEVELS) return tooDeep(of);
    let [nodes, levels] = [1, 0];
    for (const item of items) {
      const parts = isPair(item) ? [item.key, item.value] : [item];
      const complaint = isPair(item) ? keyComplaint(item, document) : undefined;
      if (complaint !== undefined) found.push([startOf((item as Pair).key), complaint]);
      for (const part of parts) {
        const size = measure(part, level);
        nodes += size.nodes;
        levels = Math.max(levels, size.levels);
      }
    }
    return levels >= MOST_LEVELS ? tooDeep(of) : { nodes, levels: levels + 1 };
  }

  function measureAlias(source: string, offset: number): Measure {
    const size = anchors.get(source);
    if (size === undefined) found.push([offset, `unknown anchor ${source}`]);
    else if (size === null) found.push([offset, `${source} would hold itself`]);
    repeated += size?.nodes ?? 0;
    if (repeated > MOST_REPEATED && !isFull) {
      isFull = true;
      found.push([offset, `aliases repeat more than ${MOST_REPEATED} values`]);
    }
    return size ?? LEAF;
  }

  function tooDeep(of: Node): Measure {
    if (!found.some(([, message]) => message === TOO_DEEP)) found.push([startOf(of), TOO_DEEP]);
    return LEAF;
  }
}

/** What is wrong with a key. */
function keyComplaint({ key, value }: Pair, document: Document): string | undefined {
  if (isCollection(resolved(key, document))) return "a list or keys can be no key";
  if (!isScalar(key)) return undefined;
  if (key.value === "__proto__") {
    return "__proto__ can be no key or name: JavaScript keeps it to itself";
  }
  const isWrongMerge = key.source === "<<" && !isMergeSource(value, document);
  return isWrongMerge ? "<< wants keys with values, or an alias of some" : undefined;
}

/** What the parser can merge; it throws at all else. An unknown anchor is told already. */
function isMergeSource(value: unknown, document: Document): boolean {
  const meant = resolved(value, document);
  const parts = isSeq(meant) ? meant.items.map((one) => resolved(one, document)) : [meant];
  return parts.every((part) => part === undefined || isMap(part));
}

const resolved = (node: unknown, document: Document): unknown =>
  isAlias(node) ? node.resolve(document) : node;

/** A number that a double cannot hold stays the text that it was. */
function tidy(node: Scalar): void {
  const isInexact = Number.isInteger(node.value) && !Number.isSafeInteger(node.value);
  if (isInexact && node.source !== undefined) node.value = node.source;
  if (typeof node.value === "string") node.value = visible(node.value);
}

const startOf = (node: unknown): number => (node as Node | undefined)?.range?.[0] ?? 0;
