/**
 * The recorded two-CPU tables: every schedule, where it ends, and what it loses (SPEC D1, App. C).
 *
 *     acct_arg_size        load 10 ........... store 13
 *     fault                        load 10, store 11          11 + 3 was wanted; one page is lost
 */
import { type Interleaving, loadCounters } from "@forkpath/conformance";
import {
  createSpinLock,
  type KernelThread,
  pokeCell,
  type SpinLock,
  type Sync,
  spinLock,
  spinUnlock,
} from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  acctArgSize,
  addMmCounter,
  createMmCounters,
  decMmCounter,
  incMmCounter,
  MmCounter,
  type MmCounters,
  peekCounterSigned,
} from "../src/index.ts";
import { allSchedules, type World } from "./schedules.ts";

const { ANON_RSS } = MmCounter;

/** What the two CPUs work on. */
interface Shared {
  readonly sync: Sync;
  readonly counters: MmCounters;
  readonly pageTableLock: SpinLock;
}

function* fault({ sync, counters, pageTableLock }: Shared, times: number): KernelThread<void> {
  for (let i = 0; i < times; i++) {
    yield* spinLock(sync, pageTableLock, "fault");
    yield* incMmCounter(sync, counters, ANON_RSS);
    yield* spinUnlock(sync, pageTableLock, "fault");
  }
}

/** Charges as exec does, one size after the other. */
function* charge(
  { sync, counters }: Shared,
  sizes: readonly number[],
  lock: SpinLock | null,
): KernelThread<void> {
  const bprm = { vmaPages: 0 };
  for (const pages of sizes) yield* acctArgSize(sync, counters, bprm, pages, lock);
}

/** The programs of the two CPUs, by the name of the table. */
const PROGRAMS: Readonly<Record<string, (shared: Shared) => KernelThread<void>[]>> = {
  "acct-vs-fault/as-compiled": (shared) => [charge(shared, [3], null), fault(shared, 1)],
  "acct-vs-fault/with-the-else-branch": (shared) => [
    charge(shared, [3], shared.pageTableLock),
    fault(shared, 1),
  ],
  "acct-up-and-down-vs-two-faults": (shared) => [charge(shared, [3, 0], null), fault(shared, 2)],
  "two-unlocked-adds": ({ sync, counters }) => [
    addMmCounter(sync, counters, ANON_RSS, 5),
    addMmCounter(sync, counters, ANON_RSS, 7),
  ],
  "inc-vs-dec": ({ sync, counters }) => [
    incMmCounter(sync, counters, ANON_RSS),
    decMmCounter(sync, counters, ANON_RSS),
  ],
};

function buildWorld(sync: Sync, table: Interleaving): World<number> {
  const counters = createMmCounters({ split: table.splitPtlocks });
  pokeCell(counters.rss, ANON_RSS, BigInt(table.initialAnonRss));
  const pageTableLock = createSpinLock("page_table_lock");
  return {
    cpus: PROGRAMS[table.name]({ sync, counters, pageTableLock }),
    result: () => peekCounterSigned(counters, ANON_RSS),
  };
}

test.each(loadCounters().interleavings)("$name, split=$splitPtlocks: $finals", (table) => {
  const rows = allSchedules((sync) => buildWorld(sync, table)).map(({ steps, result }) => ({
    steps,
    final: result,
    lost: table.serialResult - result,
  }));

  const finals: Record<string, number> = {};
  for (const { final } of rows) finals[final] = (finals[final] ?? 0) + 1;
  expect(rows).toHaveLength(table.interleavings);
  expect(rows.filter(({ lost }) => lost !== 0)).toHaveLength(table.wrong);
  expect(finals).toEqual(table.finals);
  expect(table.complete ? rows : rows.slice(0, 24)).toEqual(table.rows);
});
