/** What fork changed beside the two address spaces, grouped by what changed alike. */
import type { PageView, SlotView } from "@forkpath/kernel";
import type { TargetPicture } from "./process.ts";

/** `count` things that looked like `before` and look like `after`. */
export interface Change<Sort extends string, State> {
  /** What sort of thing. */
  readonly sort: Sort;
  /** How many things. */
  count: number;
  /** What they looked like. */
  readonly before: State;
  /** What they look like. */
  readonly after: State;
  /** Whether the two differ. */
  readonly isChanged: boolean;
}

/** A page under migration is mapped nowhere. */
export type PageSort = "zero" | "migrating" | "anon" | "file";

/** The two counts of a page. */
export interface PageCounts {
  /** The kernel's `_count`. */
  readonly references: number;
  /** The kernel's `_mapcount` + 1. */
  readonly mappings: number;
}

/** Pages of one sort whose counts changed alike. */
export type PageChange = Change<PageSort, PageCounts>;
/** Swap slots whose map byte changed alike. */
export type SlotChange = Change<
  "slot",
  {
    /** The raw byte of the swap map. */
    readonly map: number;
  }
>;

/**
 * References and mappings of the pages.
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { pageChanges, pictureProcess, pictureTargets } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * const pid = kernel.createProcess();
 * kernel.write(pid, kernel.mmap(pid, { len: 4096 }));
 * const look = () => pictureTargets(kernel, pictureProcess(kernel, pid));
 * const before = look();
 * kernel.fork(pid);
 * const [change] = pageChanges(before, look());
 * console.log(change?.sort, change?.before.mappings, change?.after.mappings); // anon 1 2
 * ```
 */
export const pageChanges = (before: TargetPicture, after: TargetPicture): PageChange[] =>
  grouped(before.pages, after.pages, sortOf, countsOf);

/** Bytes of the swap map. */
export const slotChanges = (before: TargetPicture, after: TargetPicture): SlotChange[] =>
  grouped(
    before.slots,
    after.slots,
    () => "slot",
    ({ byte }: SlotView) => ({ map: byte }),
  );

function sortOf({ owner, mapcount, flags }: PageView): PageSort {
  if (flags.includes("RESERVED")) return "zero";
  if (mapcount === 0) return "migrating";
  return owner.kind === "anon" ? "anon" : "file";
}

const countsOf = ({ count, mapcount }: PageView): PageCounts => ({
  references: count,
  mappings: mapcount,
});

/** In the order in which each group first occurs. */
function grouped<View, Sort extends string, State>(
  before: readonly View[],
  after: readonly View[],
  sortOfView: (view: View) => Sort,
  stateOf: (view: View) => State,
): Change<Sort, State>[] {
  const groups = new Map<string, Change<Sort, State>>();
  for (const [index, view] of before.entries()) {
    const [sort, old, now] = [sortOfView(view), stateOf(view), stateOf(after[index])];
    const [oldKey, nowKey] = [JSON.stringify(old), JSON.stringify(now)];
    const key = `${sort} ${oldKey} ${nowKey}`;
    const isChanged = oldKey !== nowKey;
    const group = groups.get(key) ?? { sort, count: 0, before: old, after: now, isChanged };
    group.count++;
    groups.set(key, group);
  }
  return [...groups.values()];
}
