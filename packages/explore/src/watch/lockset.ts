/**
 * Locksets, after Eraser (Savage and others, 1997): is there a lock that every thread holds when
 * it changes a counter?
 *
 * Only changes count, that is a load and then a store by one thread. A store alone sets a value up
 * before other threads can see it. Loads without a lock the kernel makes on purpose (SPEC §1.3). An
 * atomic add needs no lock. One schedule is enough, whatever its order: the monitor looks at the
 * locks held, and at no lost update.
 */
import type { KernelEvent } from "@forkpath/events";
import type { HeldLock, Subject } from "@forkpath/sync";
import { counterText, type Doer, type Finding, isShared, listed, type Monitor } from "./monitor.ts";

const NAME = "lockset";

/** One load and store. */
interface Change {
  readonly counter: Pick<Subject, "owner" | "field">;
  readonly thread: number;
  readonly fn: string;
  /** Held from the load to the store. */
  readonly locks: readonly HeldLock[];
}

/**
 * Tells of counters that two threads change without a common lock.
 * @example
 * ```ts
 * import { execCharge, explore, lockset, observe } from "@forkpath/explore";
 * const litmus = execCharge({ pages: 1, faults: 1 });
 * const [failure] = explore(litmus, { strategy: "dfs" }).failures;
 * const { findings } = observe(litmus, failure!.schedule, { monitors: [lockset()] });
 * console.log(findings[0]?.message.split(":")[0]); // anon_rss of mm1
 * ```
 */
export function lockset(): Monitor {
  /** What each thread held at its last load of each counter. */
  const loads = new Map<string, readonly HeldLock[]>();
  const changes = new Map<string, Change[]>();
  return {
    name: NAME,
    see(event: KernelEvent, { thread, fn, held }: Doer) {
      if (event.kind !== "load" && event.kind !== "store") return;
      const key = `${thread} ${event.cell}`;
      if (event.kind === "load") {
        loads.set(
          key,
          held.filter((lock) => !isShared(lock)),
        );
        return;
      }
      const loaded = loads.get(key);
      if (loaded === undefined) return;
      const locks = loaded.filter((lock) => held.includes(lock));
      const known = changes.get(event.cell) ?? [];
      changes.set(event.cell, [...known, { counter: event, thread, fn, locks }]);
    },
    findings: () => [...changes.values()].flatMap(judge),
  };
}

function judge(changes: readonly Change[]): Finding[] {
  const threads = new Set(changes.map(({ thread }) => thread));
  const [first, ...rest] = changes;
  const common = first.locks.filter((lock) => rest.every(({ locks }) => locks.includes(lock)));
  if (threads.size < 2 || common.length > 0) return [];
  return [{ monitor: NAME, message: `${counterText(first.counter)}: ${describe(changes)}` }];
}

/** The lock that most hold, if there is one, is taken for the one that all should. */
function describe(changes: readonly Change[]): string {
  const usual = usualLock(changes);
  if (usual !== undefined) {
    const offenders = changes.filter(({ locks }) => !locks.includes(usual));
    return `${usual.lockClass} not held by ${listed(offenders.map(({ fn }) => fn))}`;
  }
  if (changes.every(({ locks }) => locks.length === 0)) {
    return `no lock held by ${listed(changes.map(({ fn }) => fn))}`;
  }
  const held = changes.map(({ fn, locks }) => `${locks.at(-1)?.lockClass ?? "nothing"} by ${fn}`);
  return `no lock in common: ${listed(held)}`;
}

/** Undefined without locks, or where two locks are held equally often and not together. */
function usualLock(changes: readonly Change[]): HeldLock | undefined {
  const holders = (lock: HeldLock): number =>
    changes.filter(({ locks }) => locks.includes(lock)).length;
  const all = [...new Set(changes.flatMap(({ locks }) => locks))];
  const most = Math.max(...all.map(holders));
  const usual = all.filter((lock) => holders(lock) === most);
  const together = changes.filter(({ locks }) => usual.every((lock) => locks.includes(lock)));
  // Of several that are always held together, the innermost is closest to the counter.
  return together.length === most ? usual.at(-1) : undefined;
}
