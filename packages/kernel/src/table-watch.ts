/**
 * Which page tables are another than when they were last looked at: for a viewer that keeps what it
 * was shown. Only looking costs anything; the kernel's own writes are not watched.
 */
import type { Whose } from "./space-view.ts";
import type { TableView } from "./table-view.ts";

/** A table, and how often it was found changed. */
export interface WatchedTable {
  /** As it is now. */
  readonly view: TableView;
  /** 0 at the first look; higher by 1 at each look that finds it changed. */
  readonly changes: number;
}

/** Remembers what it was shown. */
export interface TableWatch {
  /** Every table of the address space that has an entry, by address. */
  look(whose: Whose): WatchedTable[];
}

/** Columns in which a change is seen. */
const COLUMNS = ["low", "high", "letters", "mapcounts", "counts"] as const;
type Column = (typeof COLUMNS)[number];
/** Copies: a look may be given away. */
type Kept = Readonly<Record<Column, ArrayLike<number>>>;

/**
 * Counts a change where an entry, its letter, or the counts of its frame differ from the last look.
 * A table that was gone and has come back goes on counting.
 * @modelOnly a debugger's look
 */
export function createTableWatch(kernel: {
  /** As `Kernel.tables`. */
  tables(whose: Whose): readonly TableView[];
}): TableWatch {
  const seen = new Map<string, { kept: Kept; changes: number }>();
  return {
    look: (whose) =>
      kernel.tables(whose).map((view) => {
        const key = `${whose} ${view.start}`;
        const before = seen.get(key);
        if (before !== undefined && isSame(before.kept, view)) {
          return { view, changes: before.changes };
        }
        const changes = before === undefined ? 0 : before.changes + 1;
        seen.set(key, { kept: copyOf(view), changes });
        return { view, changes };
      }),
  };
}

const copyOf = ({ low, high, letters, mapcounts, counts }: TableView): Kept => ({
  low: low.slice(),
  high: high.slice(),
  letters: letters.slice(),
  mapcounts: mapcounts.slice(),
  counts: counts.slice(),
});

function isSame(kept: Kept, view: TableView): boolean {
  for (const column of COLUMNS) {
    const [before, now] = [kept[column], view[column]];
    for (let page = 0; page < now.length; page++) if (before[page] !== now[page]) return false;
  }
  return true;
}
