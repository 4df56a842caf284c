/** How far long work is, in a line: `12,345 schedules, 4,115 a second, at most 100,000 (12 %)`. */
import { grouped } from "../grouped.ts";

/** What is counted, and how much of it there is to do. */
export interface Measure {
  /** In the plural: `schedules`. */
  readonly units: string;
  /** Absent where nothing is known. */
  readonly total?: number;
  /** Whether it may end before `total`; then there is no telling when. */
  readonly isLimit?: boolean;
}

/** How much is done; with the whole, where that is only known while it runs. */
export type Progress = number | { readonly done: number; readonly total: number };

export const doneOf = (progress: Progress): number =>
  typeof progress === "number" ? progress : progress.done;

export function progressText(
  progress: Progress,
  seconds: number,
  { units, isLimit = false, ...measure }: Measure,
): string {
  const done = doneOf(progress);
  const total = typeof progress === "number" ? measure.total : progress.total;
  const rate = seconds > 0 ? done / seconds : 0;
  const made = `${grouped(done)} ${units}, ${grouped(rate)} a second`;
  if (total === undefined) return made;
  const percent = `${Math.floor((done / total) * 100)} %`;
  if (isLimit) return `${made}, at most ${grouped(total)} (${percent})`;
  const left = rate > 0 ? `, ${grouped((total - done) / rate)} s left` : "";
  return `${made}, ${percent} of ${grouped(total)}${left}`;
}
