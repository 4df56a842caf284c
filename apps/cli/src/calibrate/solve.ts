/**
 * From times of forks in six shapes to what each part costs (predict.md §10).
 *
 *    shape      on top of an empty process
 *    pages      16,384 pages in 32 tables
 *    tables     512 pages, each in a table of its own
 *    areas      4000 areas without a page
 *    written    the same, and a page in half of them, in 8 tables
 *    huge       128 huge pages
 */
import { type Calibration, DEFAULT_CALIBRATION } from "@forkpath/predict";

/** Nanoseconds of each fork, by shape; `copy` is one number: a copy fault. */
export type Times = Readonly<Record<string, readonly number[]>>;

const PAGES = 16_384;
const TABLES_OF_PAGES = 32;
const TABLES = 512;
const AREAS = 4000;
const WRITTEN = AREAS / 2;
const TABLES_OF_AREAS = 8;
const HUGES = 128;
/** The sum bends with the caches, so that it is off by as much as this on shapes of other sizes. */
const LEAST_SPREAD = 0.35;

/** `empty 41000 39000 …`, a line a shape. */
export function parseTimes(text: string): Times {
  const lines = text.trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [shape, ...times] = line.trim().split(/\s+/);
      return [shape, times.map(Number)];
    }),
  );
}

/**
 * @throws RangeError where a shape is missing
 * @param where for the person who reads it: which machine, when
 */
export function solve(times: Times, where: string): Calibration {
  const fork = lowerQuartile(times, "empty");
  const above = (shape: string): number => Math.max(lowerQuartile(times, shape) - fork, 0);
  const [pages, tables] = [above("pages"), above("tables")];
  const determinant = PAGES * TABLES - TABLES_OF_PAGES * TABLES;
  const entry = Math.max((pages * TABLES - tables * TABLES_OF_PAGES) / determinant, 1);
  const table = Math.max(tables / TABLES - entry, 1);
  const areaSkipped = above("areas") / AREAS;
  const inWritten = WRITTEN * (areaSkipped + entry) + TABLES_OF_AREAS * table;
  const areaCopied = Math.max((above("written") - inWritten) / WRITTEN, areaSkipped);
  const hasHuge = times.huge !== undefined && times.huge.length > 0;
  return {
    fork,
    areaSkipped: rounded(areaSkipped),
    areaCopied: rounded(areaCopied),
    table: rounded(table),
    entry: rounded(entry),
    hugePage: hasHuge ? rounded(above("huge") / HUGES) : DEFAULT_CALIBRATION.hugePage,
    copyFault: times.copy?.[0] ?? DEFAULT_CALIBRATION.copyFault,
    spread: Math.max(Math.ceil(middleHalf(times.pages) * 100) / 100, LEAST_SPREAD),
    source: where,
  };
}

const rounded = (nanoseconds: number): number => Math.round(nanoseconds * 10) / 10;

function sorted(times: Times, shape: string): readonly number[] {
  const found = times[shape];
  if (found === undefined || found.length === 0 || !found.every((one) => one > 0)) {
    throw new RangeError(`solve: times must have the shape ${shape}`);
  }
  return found.toSorted((one, other) => one - other);
}

const lowerQuartile = (times: Times, shape: string): number => {
  const found = sorted(times, shape);
  return found[Math.floor(found.length / 4)];
};

/** How far the middle half lies apart, as a share of the middle. */
function middleHalf(times: readonly number[]): number {
  const found = times.toSorted((one, other) => one - other);
  const at = (share: number): number => found[Math.floor((found.length - 1) * share)];
  return (at(0.75) - at(0.25)) / at(0.5);
}
