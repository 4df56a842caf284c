/**
 * The monitors, each on threads made for it: what one schedule is enough to tell.
 */
import { addMmCounter, MmCounter, setMmCounter } from "@forkpath/counters";
import { dfs, exploreProgram } from "@forkpath/interleave";
import {
  createRwSem,
  createSpinLock,
  downRead,
  downWrite,
  type KernelThread,
  spinLock,
  spinUnlock,
  upRead,
  upWrite,
} from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  type CounterLitmusState,
  type CounterThread,
  counterLitmus,
  execCharge,
  happensBefore,
  type Litmus,
  lockOrder,
  lockset,
  type Monitor,
  observe,
} from "../src/index.ts";

/** Adds a page; `name` is the kernel function that holds the lock, if one is held. */
const adding = (name: string, isLocked: boolean): CounterThread =>
  function* add({ sync, counters, pageTableLock }) {
    if (isLocked) yield* spinLock(sync, pageTableLock, name);
    yield* addMmCounter(sync, counters, MmCounter.ANON_RSS, 1);
    if (isLocked) yield* spinUnlock(sync, pageTableLock, name);
  };

const litmusOf = (threads: Readonly<Record<string, CounterThread>>): Litmus<CounterLitmusState> =>
  counterLitmus({ name: "test", title: "a test", finalAnonRss: 12, threads });

/** What the monitor says of the schedule in which the threads run one after the other. */
const messages = (
  litmus: Litmus<CounterLitmusState>,
  monitor: Monitor,
  schedule: string,
): string[] =>
  observe(litmus, schedule, { monitors: [monitor] }).findings.map(({ message }) => message);

/** Every schedule of a litmus. */
function schedulesOf(litmus: Litmus<CounterLitmusState>): string[] {
  const schedules: string[] = [];
  exploreProgram(litmus, dfs(), { onRun: (run) => schedules.push(run.schedule()) });
  return schedules;
}

/** All that the monitor says in any schedule. */
const everSaid = (litmus: Litmus<CounterLitmusState>, monitor: () => Monitor): Set<string> =>
  new Set(schedulesOf(litmus).flatMap((schedule) => messages(litmus, monitor(), schedule)));

describe("lockset", () => {
  test("speaks up in a schedule that loses nothing, whoever came first", () => {
    const wanted = ["anon_rss of mm1: page_table_lock not held by acct_arg_size"];
    expect(messages(execCharge(), lockset(), "v1:a2")).toEqual(wanted);
    expect(messages(execCharge(), lockset(), "v1:b16")).toEqual(wanted);
  });

  test("is silent on the cured and on the split build, in every schedule", () => {
    expect(everSaid(execCharge({ takesLock: true }), lockset)).toEqual(new Set());
    expect(everSaid(execCharge({ split: true }), lockset)).toEqual(new Set());
  });

  test("names those who change a counter that nobody locks", () => {
    const litmus = litmusOf({ left: adding("left", false), right: adding("right", false) });
    expect(everSaid(litmus, lockset)).toEqual(
      new Set(["anon_rss of mm1: no lock held by left and right"]),
    );
  });

  test("does not mind a thread that is alone with its counter, or sets one up", () => {
    const alone = litmusOf({ add: adding("add", false), idle: function* idle() {} });
    expect(everSaid(alone, lockset)).toEqual(new Set());
    const setting: CounterThread = ({ sync, counters }) =>
      setMmCounter(sync, counters, MmCounter.ANON_RSS, 1);
    expect(everSaid(litmusOf({ set: setting, add: adding("add", true) }), lockset)).toEqual(
      new Set(),
    );
  });
});

describe("happens-before", () => {
  test("tells of two changes that only chance has ordered, in whatever schedule", () => {
    const said = schedulesOf(execCharge()).map((schedule) =>
      messages(execCharge(), happensBefore(), schedule),
    );
    expect(new Set(said.flat())).toEqual(
      new Set(["anon_rss of mm1: nothing orders acct_arg_size and do_anonymous_page"]),
    );
    expect(said.every((one) => one.length === 1)).toBe(true);
  });

  test("takes a lock that is handed on for an order, and atomic adds for none needed", () => {
    expect(everSaid(execCharge({ takesLock: true }), happensBefore)).toEqual(new Set());
    expect(everSaid(execCharge({ split: true }), happensBefore)).toEqual(new Set());
  });

  test("takes another lock for no order", () => {
    const other = createSpinLock("swap_lock");
    function* addUnderOther({ sync, counters }: CounterLitmusState): KernelThread<void> {
      yield* spinLock(sync, other, "shrink");
      yield* addMmCounter(sync, counters, MmCounter.ANON_RSS, 1);
      yield* spinUnlock(sync, other, "shrink");
    }
    const litmus = litmusOf({ fault: adding("fault", true), shrink: addUnderOther });
    expect(everSaid(litmus, happensBefore)).toEqual(
      new Set(["anon_rss of mm1: nothing orders fault and shrink"]),
    );
    expect(everSaid(litmus, lockset)).toEqual(
      new Set([
        "anon_rss of mm1: no lock in common: page_table_lock by fault and swap_lock by shrink",
      ]),
    );
  });
});

describe("a semaphore", () => {
  /** Adds a page under mmap_sem, as reader or as writer. */
  function underSem(name: string, isWriter: boolean): CounterThread {
    return function* add({ sync, counters }) {
      yield* isWriter ? downWrite(sync, MMAP_SEM, name) : downRead(sync, MMAP_SEM, name);
      yield* addMmCounter(sync, counters, MmCounter.ANON_RSS, 1);
      yield* isWriter ? upWrite(sync, MMAP_SEM, name) : upRead(sync, MMAP_SEM, name);
    };
  }
  const MMAP_SEM = createRwSem("mmap_sem");

  test("protects a counter from writers", () => {
    const litmus = litmusOf({ brk: underSem("brk", true), mmap: underSem("mmap", true) });
    expect(everSaid(litmus, lockset)).toEqual(new Set());
    expect(everSaid(litmus, happensBefore)).toEqual(new Set());
  });

  test("keeps readers and writers apart, but no two readers", () => {
    const mixed = litmusOf({ fault: underSem("fault", false), mmap: underSem("mmap", true) });
    expect(everSaid(mixed, happensBefore)).toEqual(new Set());
    const readers = litmusOf({ fault: underSem("fault", false), zap: underSem("zap", false) });
    expect(everSaid(readers, happensBefore)).toEqual(
      new Set(["anon_rss of mm1: nothing orders fault and zap"]),
    );
    expect(everSaid(readers, lockset)).toEqual(
      new Set(["anon_rss of mm1: no lock held by fault and zap"]),
    );
  });
});

describe("lock order", () => {
  const SWAP_LOCK = createSpinLock("swap_lock");
  const serial = "v1:a4";

  /** page_table_lock and another lock, one inside the other. */
  const nesting = (name: string, isOtherInside: boolean): CounterThread =>
    function* nest({ sync, pageTableLock }) {
      const locks = [pageTableLock, SWAP_LOCK];
      const [outer, inner] = isOtherInside ? locks : locks.toReversed();
      yield* spinLock(sync, outer, name);
      yield* spinLock(sync, inner, name);
      yield* spinUnlock(sync, inner, name);
      yield* spinUnlock(sync, outer, name);
    };
  test("tells of two classes nested both ways, though nobody waited", () => {
    const litmus = litmusOf({ fork: nesting("fork", true), swapoff: nesting("swapoff", false) });
    expect(messages(litmus, lockOrder(), serial)).toEqual([
      "swap_lock inside page_table_lock (fork of fork), " +
        "page_table_lock inside swap_lock (swapoff of swapoff)",
    ]);
  });

  test("is silent when all nest them the same way", () => {
    const litmus = litmusOf({ fork: nesting("fork", true), zap: nesting("zap", true) });
    expect(messages(litmus, lockOrder(), serial)).toEqual([]);
  });

  test("the deadlock itself is found by the engine, which says who waits for what", () => {
    const litmus = litmusOf({ fork: nesting("fork", true), swapoff: nesting("swapoff", false) });
    const fresh: Litmus<CounterLitmusState> = {
      ...litmus,
      setup() {
        SWAP_LOCK.holder = null;
        return litmus.setup();
      },
    };
    const deadlock = exploreProgram(fresh, dfs()).failures.find(({ kind }) => kind === "deadlock");
    expect(deadlock?.message).toBe(
      "fork waits for swap_lock, swapoff waits for mm1.page_table_lock",
    );
  });
});
