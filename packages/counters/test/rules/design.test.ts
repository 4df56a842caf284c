/** The designs of later kernels: parts of CPUs (M2, M28) and of tasks (M6.1). */
import { answerOf, type KernelName } from "@forkpath/abi";
import { createSync, createThread, runToCompletion, type Sync } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  addMmCounter,
  addMmCounterFast,
  addMmCounterFastNow,
  addMmCounterNow,
  addMmRssNow,
  checkSyncRssStat,
  counterRules,
  createMmCounters,
  getMmRss,
  joinCounters,
  leaveCounters,
  MmCounter,
  type MmCounters,
  peekCounterSigned,
  peekRss,
  peekShown,
} from "../../src/index.ts";

const { FILE_RSS, ANON_RSS, SWAP_USAGE, SHMEM_RSS } = MmCounter;

const countersOf = (kernel: KernelName, nrCpus = 2): MmCounters =>
  createMmCounters({ split: true, nrCpus, design: answerOf(counterRules.design, kernel).by });

function addOn(sync: Sync, counters: MmCounters, cpu: number, anon: number): void {
  sync.current.cpu = cpu;
  addMmRssNow(sync, counters, 0, anon, 0);
}

/** What is true, and what a cheap reader gets. */
const anonOf = (sync: Sync, counters: MmCounters): [exact: number, approx: number] => [
  peekCounterSigned(counters, ANON_RSS),
  Number(runToCompletion(getMmRss(sync, counters))),
];

describe("v6.18: a part of each CPU, batch 32", () => {
  test.each<[string, [cpu: number, pages: number][], [exact: number, approx: number]]>([
    ["31 stay in the part", [[0, 31]], [31, 0]],
    [
      "one more fills it",
      [
        [0, 31],
        [0, 1],
      ],
      [32, 32],
    ],
    [
      "tables of 512, 10, 20",
      [
        [0, 512],
        [0, 10],
        [0, 20],
      ],
      [542, 512],
    ],
    [
      "tables of 10, 512",
      [
        [0, 10],
        [0, 512],
      ],
      [522, 522],
    ],
    [
      "20, and another CPU takes them away",
      [
        [0, 20],
        [1, -20],
      ],
      [0, 0],
    ],
    [
      "31 on each of two CPUs",
      [
        [0, 31],
        [1, 31],
      ],
      [62, 0],
    ],
    ["512, then 31 single unmaps", [[0, 512], ...Array(31).fill([0, -1])], [481, 512]],
  ])("%s (M28)", (_about, adds, wanted) => {
    const sync = createSync();
    const counters = countersOf("v6.18");
    for (const [cpu, pages] of adds) addOn(sync, counters, cpu, pages);
    expect(anonOf(sync, counters)).toEqual(wanted);
    expect(peekRss(counters)).toBe(BigInt(wanted[0])); // status sums
  });

  test("140 single faults move the word by 32 at every 32nd (M2/8)", () => {
    const sync = createSync();
    const counters = countersOf("v6.18");
    const seen = new Set<number>();
    for (let i = 0; i < 140; i++) {
      expect(addMmCounterNow(sync, counters, ANON_RSS, 1)).toBe(true);
      seen.add(anonOf(sync, counters)[1]);
    }
    expect([...seen]).toEqual([0, 32, 64, 96, 128]);
  });

  test("the batch grows with the CPUs", () => {
    const sync = createSync();
    const counters = countersOf("v6.18", 64);
    addOn(sync, counters, 0, 127);
    expect(anonOf(sync, counters)).toEqual([127, 0]);
    addOn(sync, counters, 0, 1);
    expect(anonOf(sync, counters)).toEqual([128, 128]);
  });

  test("each counter below zero reads as 0, and stays what it is", () => {
    const sync = createSync();
    const counters = countersOf("v6.18");
    addOn(sync, counters, 0, -40);
    runToCompletion(addMmCounter(sync, counters, SHMEM_RSS, 33));
    expect(anonOf(sync, counters)).toEqual([-40, 33]);
    expect(peekShown(counters, ANON_RSS)).toBe(0n);
    expect(peekRss(counters)).toBe(33n);
  });

  test("a peak has no parts", () => {
    const sync = createSync();
    const counters = countersOf("v6.18");
    expect(addMmCounterNow(sync, counters, MmCounter.HIWATER_RSS, 3)).toBe(true);
    expect(peekCounterSigned(counters, MmCounter.HIWATER_RSS)).toBe(3);
    expect(anonOf(sync, counters)).toEqual([0, 0]);
  });

  test("v6.12 shows the word alone (M3/2)", () => {
    const sync = createSync();
    const counters = countersOf("v6.12");
    addOn(sync, counters, 0, 31);
    expect(peekRss(counters)).toBe(0n);
    expect(peekCounterSigned(counters, ANON_RSS)).toBe(31);
  });

  test("misuse changes nothing", () => {
    const counters = countersOf("v6.18");
    expect(() => addMmRssNow(createSync(), counters, 1, 1, 1, 0.5)).toThrow(
      "addMmRssNow: shmem must be an integer, got 0.5",
    );
    expect([FILE_RSS, ANON_RSS, SWAP_USAGE].map((one) => peekCounterSigned(counters, one))).toEqual(
      [0, 0, 0],
    );
    for (const nrCpus of [0, 4097]) {
      expect(() => countersOf("v6.18", nrCpus)).toThrow("nrCpus must be from 1 to 0x1000, got");
    }
  });
});

describe("v6.1: each task keeps up to 64 events (M6.1)", () => {
  function fault(sync: Sync, counters: MmCounters): void {
    checkSyncRssStat(sync, counters);
    runToCompletion(addMmCounterFast(sync, counters, ANON_RSS, 1));
  }

  test("the 66th fault after the last sync tells what came before it", () => {
    const sync = createSync();
    const counters = countersOf("v6.1");
    joinCounters(counters, sync.current);
    for (let i = 0; i < 65; i++) fault(sync, counters);
    expect(anonOf(sync, counters)).toEqual([65, 0]);
    fault(sync, counters);
    expect(anonOf(sync, counters)).toEqual([66, 65]);
  });

  test("a stranger's fault, and every batch, goes to the word at once", () => {
    const sync = createSync();
    const counters = countersOf("v6.1");
    joinCounters(counters, createThread(7, "owner"));
    fault(sync, counters);
    addMmRssNow(sync, counters, 0, 3, 0);
    expect(anonOf(sync, counters)).toEqual([4, 4]);
  });

  test("who leaves tells everything, below zero too", () => {
    const sync = createSync();
    const counters = countersOf("v6.1");
    joinCounters(counters, sync.current);
    fault(sync, counters);
    addMmRssNow(sync, counters, 0, -1, 0);
    expect(peekShown(counters, ANON_RSS)).toBe(0n);
    leaveCounters(counters, sync.current);
    expect(anonOf(sync, counters)).toEqual([0, 0]);
    expect(counters.taskParts?.size).toBe(0);
  });

  test.each(["el6", "v6.1"] as const)("a fault counts for a member that there is: %s", (kernel) => {
    const sync = createSync();
    const counters = countersOf(kernel);
    joinCounters(counters, sync.current);
    const wrong = 9 as MmCounter;
    const wanted = /^addMmCounterFast: member must be /;
    expect(() => runToCompletion(addMmCounterFast(sync, counters, wrong, 1))).toThrow(wanted);
    expect(() => addMmCounterFastNow(sync, counters, wrong, 1)).toThrow(/: member must be /);
    const large = 2 ** 52 + 1;
    expect(() => runToCompletion(addMmCounterFast(sync, counters, ANON_RSS, large))).toThrow(
      /delta must be from -(4503599627370496|0x10000000000000) to 0x10000000000000, got/,
    );
    expect(() => addMmCounterFastNow(sync, counters, ANON_RSS, large)).toThrow("delta must be ");
    expect(anonOf(sync, counters)).toEqual([0, 0]);
  });
});
