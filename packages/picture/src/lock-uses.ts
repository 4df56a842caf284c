/** Which locks were taken, how often, and where. */
import { EventClass, type EventSink } from "@forkpath/events";
import type { TraceRecord } from "@forkpath/trace";

export interface LockUse {
  /** What `OwnerNames` calls the lock's owner; null for all other owners together. */
  readonly whose: string | null;
  /** Which lock of its owner, or of the machine: `mmap_sem`, `pt`, `swap`. */
  readonly lock: string;
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
      add(byLock, event.lock, { ...partsOf(event.lock), times: 1, where: [event.where] });
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

/** Owner and sort of a lock: its name has a dot between them. */
function partsOf(name: string): Pick<LockUse, "whose" | "lock"> {
  if (/^anon_vma\d/.test(name)) return { whose: null, lock: "anon_vma" };
  const dot = name.lastIndexOf(".");
  return dot < 0
    ? { whose: null, lock: name }
    : { whose: name.slice(0, dot), lock: name.slice(dot + 1) };
}
