/** Which locks a fork took, how often, and where, in words that say whose they are. */
import type { TraceRecord } from "@forkpath/trace";

export interface LockUse {
  readonly lock: string;
  times: number;
  /** Kernel functions that took it, in the order in which they first did. */
  readonly where: string[];
}

/** Names of the two address spaces, as traces have them. */
export interface MmNames {
  readonly parent: string;
  readonly child: string;
}

/** What follows the name of its mm, or of its file, in a lock's name. */
const FIELDS: Readonly<Record<string, string>> = {
  mmap_sem: "mmap_sem",
  mm: "page_table_lock",
  pt: "PTE locks",
  i_mmap_lock: "i_mmap_lock of files",
};
const GLOBALS: Readonly<Record<string, string>> = { swap: "swap_lock", mmlist: "mmlist_lock" };

/** In the order in which each kind of lock was first taken. */
export function lockUses(records: readonly TraceRecord[], names: MmNames): LockUse[] {
  const uses = new Map<string, LockUse>();
  for (const { event } of records) {
    if (event.kind !== "lock") continue;
    const lock = wordsFor(event.lock, names);
    const use = uses.get(lock) ?? { lock, times: 0, where: [] };
    use.times++;
    if (!use.where.includes(event.where)) use.where.push(event.where);
    uses.set(lock, use);
  }
  return [...uses.values()];
}

/** Locks that were taken and not given back. */
export const locksHeld = (records: readonly TraceRecord[]): number =>
  records.filter(({ event }) => event.kind === "lock").length -
  records.filter(({ event }) => event.kind === "unlock").length;

function wordsFor(lock: string, { parent, child }: MmNames): string {
  const point = lock.lastIndexOf(".");
  if (point < 0) return /^anon_vma\d/.test(lock) ? "anon_vma locks" : (GLOBALS[lock] ?? lock);
  const owner = lock.slice(0, point);
  const field = FIELDS[lock.slice(point + 1)] ?? lock;
  if (owner === parent) return `parent's ${field}`;
  return owner === child ? `child's ${field}` : field;
}
