/**
 * What many verdicts have in common: which fields differ after which calls, and in which shapes.
 */
import { parseLine } from "./call.ts";
import type { HistoryVerdict } from "./run-history.ts";

/** One history and what came of it. */
export interface Judged {
  /** The history. */
  readonly id: string;
  /** What came of it. */
  readonly verdict: HistoryVerdict;
}

/** So many histories fail in the same way. */
export interface Group {
  /** How many histories. */
  readonly count: number;
  /** A field, `not modelled`, or `broke`. */
  readonly field: string;
  /**
   * The kind of call, such as `madvise pageout`; or what is not modelled; or how the model broke.
   */
  readonly call: string;
  /** One of them, the shortest way to the difference. */
  readonly example: string;
}

/** How the histories of one shape came out. */
export interface ShapeCount {
  /** Middle of the id of random histories, such as `lock` in `r-lock-41`. */
  readonly shape: string;
  /** Equal in every field that was compared. */
  readonly passed: number;
  /** Different somewhere. */
  readonly failed: number;
  /** Beyond the model. */
  readonly notModelled: number;
}

/**
 * By field and by kind of call, the most frequent first. A history counts once for each field that
 * differs in it, since each is a thing to mend.
 */
export function groupFailures(judged: readonly Judged[]): Group[] {
  const groups = new Map<string, { field: string; call: string; ids: [string, number][] }>();
  for (const { id, verdict } of judged) {
    for (const [field, call, step] of reasons(verdict)) {
      const key = `${field}\n${call}`;
      const group = groups.get(key) ?? { field, call, ids: [] };
      group.ids.push([id, step]);
      groups.set(key, group);
    }
  }
  return [...groups.values()]
    .map(({ field, call, ids }) => {
      const [[id, step]] = ids.toSorted((a, b) => a[1] - b[1]);
      return { count: ids.length, field, call, example: `${id}:${step}` };
    })
    .toSorted((a, b) => b.count - a.count);
}

function* reasons({
  differences,
  problem,
  steps,
}: HistoryVerdict): Generator<[field: string, call: string, step: number]> {
  for (const { field, call, step } of differences) yield [field, callKind(call), step];
  if (problem === undefined) return;
  const isUnknown = problem.startsWith(NOT_MODELLED);
  if (isUnknown) yield ["not modelled", problem.slice(NOT_MODELLED.length), steps];
  else yield ["broke", problem, steps];
}

const NOT_MODELLED = "not modelled: ";

/** Words that say where or how much, and not what. */
const PLACE = /^([A-Z]\w*|\d+|\d+\.\.\d+|\w+=.*)$/;

/** `A madvise R0 0..3 pageout` is `madvise pageout`. */
function callKind(line: string): string {
  const { verb, words } = parseLine(line);
  if (verb === "truncate" || verb === "exec") return verb;
  return [verb, ...words.filter((word) => !PLACE.test(word))].join(" ");
}

/** Of a random history its shape, of one by hand its letters: `r-swap-12` and `c07`. */
const shapeOf = (id: string): string =>
  /^\w+-(.+)-\d+$/.exec(id)?.[1] ?? `${id.replace(/\d+\w?$/, "")}*`;

/** How each shape did, by name. */
export function countShapes(judged: readonly Judged[]): ShapeCount[] {
  const counts = new Map<string, { passed: number; failed: number; notModelled: number }>();
  for (const { id, verdict } of judged) {
    const shape = shapeOf(id);
    const count = counts.get(shape) ?? { passed: 0, failed: 0, notModelled: 0 };
    if (verdict.outcome === "passed") count.passed++;
    else if (verdict.outcome === "failed") count.failed++;
    else count.notModelled++;
    counts.set(shape, count);
  }
  return [...counts]
    .map(([shape, count]) => ({ shape, ...count }))
    .toSorted((a, b) => (a.shape < b.shape ? -1 : 1));
}
