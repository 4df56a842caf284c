/** Which locks were taken, how often, and where. */
import { EventClass, type EventSink } from "@forkpath/events";
import type { TraceRecord } from "@forkpath/trace";

/** Locks of one class and one owner. */
export interface LockUse {
  /** What `OwnerNames` calls the lock's owner; null for all other owners together. */
  readonly whose: string | null;
  /** Class of the lock: `mmap_sem`, `pte_lock`, `swap_lock`. */
  readonly lock: string;
  /** How often they were taken. */
  readonly times: number;
  /** Kernel functions that took it, in the order in which they first did. */
  readonly where: readonly string[];
}

/** What to call owners of locks, by the names of their address spaces. */
export type OwnerNames = Readonly<Record<string, string>>;

/** Adds up while a kernel runs; keeps a line for each lock, and no events. */
export interface LockUses extends EventSink {
  /** Locks that were taken and not given back. */
  readonly held: number;
  /** In the order in which each sort of lock was first taken. */
  uses(names?: OwnerNames): LockUse[];
}

interface GrowingUse extends LockUse {
  times: number;
  where: string[];
}

/** A sink for `kernel.attach`. */
export function createLockUses(): LockUses {
  const byLock = new Map<string, GrowingUse>();
  let held = 0;
  return {
    wants: EventClass.LOCK,
    get held() {
      return held;
    },
    emit(event) {
      if (event.kind === "unlock") held--;
      if (event.kind !== "lock") return;
      held++;
      const { owner, lockClass: lock, where } = event;
      add(byLock, `${owner} ${lock}`, { whose: owner, lock, times: 1, where: [where] });
    },
    uses(names = {}) {
      const grouped = new Map<string, GrowingUse>();
      for (const use of byLock.values()) {
        const whose = use.whose === null ? null : (names[use.whose] ?? null);
        add(grouped, `${whose} ${use.lock}`, { ...use, whose });
      }
      return [...grouped.values()];
    },
  };
}

/** The uses in a trace that a ring has kept. */
export function lockUses(records: readonly TraceRecord[], names: OwnerNames = {}): LockUse[] {
  const sink = createLockUses();
  for (const { event, thread } of records) sink.emit(event, thread);
  return sink.uses(names);
}

function add(uses: Map<string, GrowingUse>, key: string, more: LockUse): void {
  const use = uses.get(key);
  if (use === undefined) {
    uses.set(key, { ...more, where: [...more.where] });
    return;
  }
  use.times += more.times;
  use.where = [...new Set([...use.where, ...more.where])];
}
