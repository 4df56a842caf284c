/** The recorded answers of the kernel's own counter macros, step by step, in both builds. */
import { type CounterState, type CounterStep, loadCounters } from "@forkpath/conformance";
import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { createSync, type KernelThread, runToCompletion, type Sync } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  acctArgSize,
  addMmCounter,
  addMmRssNow,
  createMmCounters,
  decMmCounter,
  getMmCounter,
  getMmHiwaterRss,
  getMmRss,
  incMmCounter,
  MmCounter,
  type MmCounters,
  peekCounter,
  peekRss,
  setMmCounter,
  setmaxMmHiwaterRss,
  updateHiwaterRss,
} from "../src/index.ts";

interface World {
  readonly sync: Sync;
  readonly counters: MmCounters;
  readonly slot: { maxrss: bigint };
  readonly bprm: { vmaPages: number };
  hasMm: boolean;
}

const MEMBERS = {
  fileRss: MmCounter.FILE_RSS,
  anonRss: MmCounter.ANON_RSS,
  swapUsage: MmCounter.SWAP_USAGE,
} as const;

function createWorld(split: boolean): World {
  return {
    sync: createSync(),
    counters: createMmCounters({ split }),
    slot: { maxrss: 0n },
    bprm: { vmaPages: 0 },
    hasMm: true,
  };
}

/** What the step runs; null when it is done at once. */
function start(world: World, step: CounterStep): KernelThread<void> | null {
  const { sync, counters, bprm, slot } = world;
  switch (step.op) {
    case "set":
      return setMmCounter(sync, counters, MEMBERS[step.member], BigInt(step.value));
    case "add":
      return addMmCounter(sync, counters, MEMBERS[step.member], step.value);
    case "inc":
      return incMmCounter(sync, counters, MEMBERS[step.member]);
    case "dec":
      return decMmCounter(sync, counters, MEMBERS[step.member]);
    case "addMmRss":
      expect(addMmRssNow(sync, counters, step.fileRss, step.anonRss, step.swapUsage)).toBe(true);
      return null;
    case "updateHiwaterRss":
      return updateHiwaterRss(sync, counters);
    case "setHiwaterRss":
      return setMmCounter(sync, counters, MmCounter.HIWATER_RSS, BigInt(step.value));
    case "setmaxMmHiwaterRss":
      return setmaxMmHiwaterRss(sync, counters, slot);
    case "setMaxrss":
      slot.maxrss = BigInt(step.value);
      return null;
    case "acctArgSize":
      return acctArgSize(sync, world.hasMm ? counters : null, bprm, step.pages, null);
    case "currentMm":
      world.hasMm = step.present;
      return null;
  }
}

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** Everything that can be read, as the record writes it. */
function stateOf({ sync, counters, slot, bprm }: World): CounterState {
  const get = (member: MmCounter): string =>
    hex(runToCompletion(getMmCounter(sync, counters, member)));
  return {
    fileRss: get(MmCounter.FILE_RSS),
    anonRss: get(MmCounter.ANON_RSS),
    swapUsage: get(MmCounter.SWAP_USAGE),
    rss: hex(runToCompletion(getMmRss(sync, counters))),
    hiwaterRss: get(MmCounter.HIWATER_RSS),
    getHiwater: hex(runToCompletion(getMmHiwaterRss(sync, counters))),
    maxrss: hex(slot.maxrss),
    vmaPages: hex(bprm.vmaPages),
  };
}

describe.each([true, false])("counters.json, split=%s (SPEC §1.2 to §1.4, §7.2)", (split) => {
  test.each(loadCounters().sequences)("$name", ({ steps, pageTableLockTaken }) => {
    const world = createWorld(split);
    const locksTaken: KernelEvent[] = [];
    attachSink(world.sync, { wants: EventClass.LOCK, emit: (event) => locksTaken.push(event) });
    for (const [index, step] of steps.entries()) {
      const path = start(world, step);
      if (path !== null) runToCompletion(path);
      expect([index, stateOf(world)]).toEqual([index, step.after]);
      expect(hex(peekCounter(world.counters, MmCounter.ANON_RSS))).toBe(step.after.anonRss);
      expect(hex(peekRss(world.counters))).toBe(step.after.rss);
    }
    expect(locksTaken).toHaveLength(pageTableLockTaken);
  });
});
