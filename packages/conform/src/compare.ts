/**
 * Holds what a run told against what the vector expects, field by field.
 *
 * A field that is missing on one side counts as a difference. Lists of things with a name (an
 * address, a frame, a slot) are matched by that name, so that one extra entry is one difference.
 */
import type { VectorBadEntry } from "@forkpath/conformance";

/** One field that is not as the vector expects it. */
export interface VectorDifference {
  /** As `pages[0x1a0c].count`. */
  readonly path: string;
  /** Undefined where there should be nothing. */
  readonly wanted: unknown;
  /** Undefined where there is nothing. */
  readonly got: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Every difference between two values that JSON can hold. */
export function compare(wanted: unknown, got: unknown, path = ""): VectorDifference[] {
  if (Array.isArray(wanted) && Array.isArray(got)) {
    if (path === "events") return compareEvents(wanted, got);
    if (path.endsWith("badDirs")) return compareBadDirs(wanted, got, path);
    return compareLists(wanted, got, path);
  }
  if (isFields(wanted) && isFields(got)) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    const below = path === "" ? "" : `${path}.`;
    return [...names].flatMap((name) => compare(wanted[name], got[name], below + name));
  }
  return wanted === got ? [] : [{ path, wanted, got }];
}

function compareLists(
  wanted: readonly unknown[],
  got: readonly unknown[],
  path: string,
): VectorDifference[] {
  const wantedByName = byName(wanted);
  const gotByName = byName(got);
  const names = new Set([...wantedByName.keys(), ...gotByName.keys()]);
  return [...names].flatMap((name) =>
    compare(wantedByName.get(name), gotByName.get(name), `${path}[${name}]`),
  );
}

/** By the items' names where each has one of its own, else by index. */
function byName(items: readonly unknown[]): Map<string, unknown> {
  const named = new Map(items.map((item, index) => [nameOf(item) ?? `${index}`, item]));
  return named.size === items.length
    ? named
    : new Map(items.map((item, index) => [`${index}`, item]));
}

function nameOf(item: unknown): string | undefined {
  if (!isFields(item)) return undefined;
  const { type, level, pfn, offset, head, addr } = item;
  const parts = [type ?? level, pfn ?? offset ?? head ?? addr].filter((part) => part !== undefined);
  return pfn === undefined && parts.length === 0 ? undefined : parts.join(":");
}

/**
 * Only the first line that differs: what follows it differs for the same reason. Of a hook's line
 * the first word is compared, since SCHEMA.md leaves the rest open.
 */
function compareEvents(wanted: readonly string[], got: readonly string[]): VectorDifference[] {
  const length = Math.max(wanted.length, got.length);
  for (let index = 0; index < length; index++) {
    if (eventWords(wanted[index]) === eventWords(got[index])) continue;
    return [{ path: `events[${index}]`, wanted: wanted[index], got: got[index] }];
  }
  return [];
}

const eventWords = (line: string | undefined): string | undefined =>
  line?.startsWith("hook") ? "hook" : line;

/**
 * SCHEMA.md leaves open how a cleared directory entry is written: each report has to be about the
 * same one in the same order, and may tell of level, address and value what it likes.
 */
function compareBadDirs(
  wanted: readonly (string | VectorBadEntry)[],
  got: readonly VectorBadEntry[],
  path: string,
): VectorDifference[] {
  const length = Math.max(wanted.length, got.length);
  return Array.from({ length }, (_, index) => index)
    .filter((index) => !isAbout(wanted[index], got[index]))
    .map((index) => ({ path: `${path}[${index}]`, wanted: wanted[index], got: got[index] }));
}

function isAbout(
  report: string | VectorBadEntry | undefined,
  entry: VectorBadEntry | undefined,
): boolean {
  if (report === undefined || entry === undefined) return false;
  const words = typeof report === "string" ? report.split(/[^0-9a-z]+/) : Object.values(report);
  const known = new Set(Object.values(entry));
  return words.every((word) => known.has(word));
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
