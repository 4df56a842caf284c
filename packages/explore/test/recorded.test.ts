/**
 * The interleavings that were recorded from the kernel's own macros, explored: as many schedules,
 * in the same order, with the same ends (SCHEMA.md of @forkpath/conformance).
 */
import { type Interleaving, loadCounters } from "@forkpath/conformance";
import {
  acctArgSize,
  addMmCounter,
  decMmCounter,
  incMmCounter,
  MmCounter,
} from "@forkpath/counters";
import { dfs, exploreProgram, replay } from "@forkpath/interleave";
import { type KernelThread, PointKind, spinLock, spinUnlock } from "@forkpath/sync";
import { expect, test } from "vitest";
import { type CounterLitmusState, type CounterThread, counterLitmus } from "../src/index.ts";

const { ANON_RSS } = MmCounter;

const add =
  (pages: number): CounterThread =>
  ({ sync, counters }) =>
    addMmCounter(sync, counters, ANON_RSS, pages);

/** exec's charge, brought to one size after the other. */
function charges(isLocked: boolean, ...sizes: readonly number[]): CounterThread {
  return function* charge({ sync, counters, pageTableLock }) {
    const bprm = { vmaPages: 0 };
    const lock = isLocked ? pageTableLock : null;
    for (const pages of sizes) yield* acctArgSize(sync, counters, bprm, pages, lock);
  };
}

function faults(times: number): CounterThread {
  return function* fault({
    sync,
    counters,
    pageTableLock,
  }: CounterLitmusState): KernelThread<void> {
    for (let i = 0; i < times; i++) {
      yield* spinLock(sync, pageTableLock, "fault");
      yield* incMmCounter(sync, counters, ANON_RSS);
      yield* spinUnlock(sync, pageTableLock, "fault");
    }
  };
}

const THREADS: Readonly<Record<string, { cpu0: CounterThread; cpu1: CounterThread }>> = {
  "acct-vs-fault/as-compiled": { cpu0: charges(false, 3), cpu1: faults(1) },
  "acct-vs-fault/with-the-else-branch": { cpu0: charges(true, 3), cpu1: faults(1) },
  "acct-up-and-down-vs-two-faults": { cpu0: charges(false, 3, 0), cpu1: faults(2) },
  "two-unlocked-adds": { cpu0: add(5), cpu1: add(7) },
  "inc-vs-dec": {
    cpu0: ({ sync, counters }) => incMmCounter(sync, counters, ANON_RSS),
    cpu1: ({ sync, counters }) => decMmCounter(sync, counters, ANON_RSS),
  },
};

const STEP_NAMES: Readonly<Record<number, string>> = {
  [PointKind.LOCK]: "lock",
  [PointKind.UNLOCK]: "unlock",
  [PointKind.LOAD]: "load",
  [PointKind.STORE]: "store",
  [PointKind.ATOMIC]: "atomic-add",
};

const litmusOf = (table: Interleaving) =>
  counterLitmus({
    name: table.name,
    title: `${table.cpu0} against ${table.cpu1}`,
    split: table.splitPtlocks,
    anonRss: table.initialAnonRss,
    finalAnonRss: table.serialResult,
    threads: THREADS[table.name],
  });

test.each(loadCounters().interleavings)("$name, split=$splitPtlocks: $finals", (table) => {
  const litmus = litmusOf(table);
  const schedules: string[] = [];
  const all = exploreProgram(litmus, dfs(), { onRun: (run) => schedules.push(run.schedule()) });

  const finals = Object.fromEntries(
    all.outcomes.map(({ outcome, count }) => [outcome.replace("_anon_rss ", ""), count]),
  );
  expect(all.schedules).toBe(table.interleavings);
  expect(finals).toEqual(table.finals);
  expect(all.failures.reduce((sum, { count }) => sum + count, 0)).toBe(table.wrong);

  const rows = schedules.slice(0, table.rows.length).map((schedule) => {
    const { steps, outcome } = replay(litmus, schedule);
    const final = Number(outcome?.replace("_anon_rss ", ""));
    return {
      steps: steps.map(({ thread, kind }) => `cpu${thread}:${STEP_NAMES[kind]}`),
      final,
      lost: table.serialResult - final,
    };
  });
  expect(rows).toEqual(table.rows);
});
