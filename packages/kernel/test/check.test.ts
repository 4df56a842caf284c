/**
 * What the recount sees (SPEC §0.6): one planted error for each rule, and what is found. A check
 * that finds nothing in a sound machine has shown little until it finds these.
 */
import { CloneFlag, MapFlag, PAGE_SIZE, type Pfn, virtAddr } from "@forkpath/abi";
import { MmCounter, setMmCounter } from "@forkpath/counters";
import type { TaskStruct } from "@forkpath/fork";
import type { MmStruct } from "@forkpath/mm";
import { findPteCell, Pte, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { pokeSlot, swpPteHigh, swpPteLow } from "@forkpath/swap";
import { type Mismatch, type RecountRule, runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import type { Machine } from "../src/index.ts";
import { createPlay, fork, map, mapFile, type Play, pidOf, show } from "./stage.ts";

/** P with written, swapped and file pages, and a child C that shares them. */
function createSoundPlay(): Play {
  const play = createPlay();
  const heap = map(play, "P", "W W");
  play.kernel.reclaim(pidOf(play, "P"), { start: heap, end: heap + PAGE_SIZE });
  mapFile(play, "P", "r W");
  fork(play, "P", "C");
  return play;
}

/** What the plants reach for. */
interface Parts {
  readonly play: Play;
  readonly machine: Machine;
  readonly parent: TaskStruct;
  readonly child: TaskStruct;
  readonly childMm: MmStruct;
  /** The page that both have written to. */
  readonly frame: Pfn;
}

function partsOf(play: Play): Parts {
  const { machine } = play.kernel;
  const [parent, child] = ["P", "C"].map((name) => machine.fork.tasks.get(pidOf(play, name))!);
  const frame = play.kernel.frame(parent.pid, play.areas[0].addr + PAGE_SIZE)!;
  return { play, machine, parent, child, childMm: child.mm!, frame };
}

/** Sets a counter of C. */
function setCounter({ machine, childMm }: Parts, member: MmCounter, value: number): void {
  runToCompletion(setMmCounter(machine.mm.sync, childMm.counters, member, value));
}

/** C's swapped page is said to be in an area that does not exist. */
function plantStrayEntry({ play, machine, childMm }: Parts): void {
  const { tables } = machine.mm;
  const cell = findPteCell(tables, childMm.pgd, virtAddr(play.areas[0].addr));
  setPte(tables, cell, swpPteLow(3, 5), swpPteHigh(5));
}

/** C ends with a page that it had counted twice. */
function plantLeak(parts: Parts): void {
  parts.play.kernel.check();
  setCounter(parts, MmCounter.ANON_RSS, 3);
  parts.play.kernel.exit(parts.child.pid);
}

/** C ends with a table that was never hooked in. */
function plantTable({ play, child, childMm }: Parts): void {
  play.kernel.check();
  childMm.nrPtes++;
  play.kernel.exit(child.pid);
}

type Wrong = readonly [
  rule: RecountRule,
  owner: string,
  field: string,
  kept: number | string,
  counted: number | string,
];

const PLANTS: readonly (readonly [wrong: Wrong, plant: (parts: Parts) => void])[] = [
  [["I1", "mm2", "file_rss", 7, 1], (parts) => setCounter(parts, MmCounter.FILE_RSS, 7)],
  [["I2", "mm2", "anon_rss", 1, 2], (parts) => setCounter(parts, MmCounter.ANON_RSS, 1)],
  [["I3", "mm2", "swap_usage", 2, 1], (parts) => setCounter(parts, MmCounter.SWAP_USAGE, 2)],
  [["I4", "pfn 3", "mapcount", 3, 2], ({ machine, frame }) => machine.mm.map.mapcount[frame]++],
  [["I5", "pfn 3", "count", 3, 2], ({ machine, frame }) => machine.mm.map.count[frame]++],
  [
    ["I6", "slot 0:1", "count", 3, 2],
    ({ machine }) => pokeSlot(machine.mm.swap, 0, 1, { byte: 3, digits: [] }),
  ],
  [
    ["I6", "slot 0:2", "count", 1, 0],
    ({ machine }) => pokeSlot(machine.mm.swap, 0, 2, { byte: 1, digits: [] }),
  ],
  [["I6", "slot 3:5", "count", "no such slot", 1], plantStrayEntry],
  [["I7", "mm2", "nr_ptes", 2, 1], ({ childMm }) => childMm.nrPtes++],
  [["I8", "mm2", "deposits", 1, 0], ({ childMm }) => childMm.pmdHugePte.push(9)],
  [["I9", "mm2", "map_count", 3, 2], ({ childMm }) => childMm.mapCount++],
  [["I10", "mm2", "total_vm", 5, 4], ({ childMm }) => childMm.usage.totalVm++],
  [["I12", "machine", "vm_committed_as", 9, 8], ({ machine }) => machine.mm.commit.committed++],
  [["I13", "mm2", "anon_rss", 1, 0], plantLeak],
  [["I13", "mm2", "nr_ptes", 1, 0], plantTable],
  [["mm", "mm2", "locked_vm", 1, 0], ({ childMm }) => childMm.lockedVm++],
  [["pages", "machine", "nrAnonPages", 3, 2], ({ machine }) => machine.mm.map.stats.nrAnonPages++],
  [["swap", "machine", "nr_swap_pages", 32, 31], ({ machine }) => machine.mm.swap.nrSwapPages++],
  [["tables", "machine", "pgd tables", 3, 2], ({ machine }) => machine.mm.tables.liveTables[3]++],
  [["anon_vma", "anon_vma3", "degree", 2, 1], ({ childMm }) => childMm.vmas[0].anonVma!.degree++],
  [["tasks", "mm2", "mm_users", 2, 1], ({ childMm }) => childMm.mmUsers++],
  [["tasks", "group 3", "signal.live", 2, 1], ({ child }) => child.signal.live++],
];

test("a sound machine has nothing to tell", () => {
  expect(createSoundPlay().kernel.check()).toEqual([]);
});

test.each(PLANTS)("%j", ([rule, owner, field, kept, counted], plant) => {
  const play = createSoundPlay();
  plant(partsOf(play));
  expect(play.kernel.check()).toContainEqual({ rule, owner, field, kept, counted });
});

test("one planted error is one mismatch, with the rule of the package that keeps the value", () => {
  const single = PLANTS.filter(([[rule]]) => /^I([1-3]|[7-9]|10|12)$|^mm$/.test(rule));
  for (const [, plant] of single.filter(([[rule]]) => rule !== "I8")) {
    const play = createSoundPlay();
    plant(partsOf(play));
    expect(play.kernel.check()).toHaveLength(1);
  }
});

test("I13 is told once, and only of what was seen alive", () => {
  const play = createSoundPlay();
  plantLeak(partsOf(play));
  expect(play.kernel.check()).toHaveLength(1);
  expect(play.kernel.check()).toEqual([]);
});

describe("I14: right after a fork", () => {
  /** Sets or clears RW in one entry, and says what the check of the fork makes of it. */
  function forkAndFlip(name: string, area: number): readonly Mismatch[] {
    const play = createPlay();
    map(play, "P", "W");
    mapFile(play, "P", "W", { flags: MapFlag.SHARED });
    const checkFork = play.kernel.watchFork(pidOf(play, "P"));
    const child = play.kernel.fork(pidOf(play, "P"));
    play.cast.set("C", child);
    const { tables } = play.kernel.machine.mm;
    const { addr } = play.areas[area];
    const mm = play.kernel.machine.fork.tasks.get(pidOf(play, name))!.mm!;
    const cell = findPteCell(tables, mm.pgd, virtAddr(addr));
    setPte(tables, cell, (pteLow(tables, cell) ^ Pte.RW) >>> 0, pteHigh(tables, cell));
    return checkFork(child);
  }

  test.each([
    ["P", 0, "mm1", /^0x\w+067$/, /^0x\w+065$/],
    ["P", 1, "mm1", /^0x\w+065$/, /^0x\w+067$/],
    ["C", 0, "mm2", /^0x\w+047$/, /^0x\w+045$/],
  ])("an entry of %s in area %i", (name, area, owner, kept, counted) => {
    expect(forkAndFlip(name, area)).toEqual([
      {
        rule: "I14",
        owner,
        field: expect.stringMatching(/^entry at 0x\w+$/),
        kept: expect.stringMatching(kept),
        counted: expect.stringMatching(counted),
      },
    ]);
  });

  test("entries of a shared area stay, those that fork copies too (a shuffled area, §6.9)", () => {
    const play = createPlay();
    const table = mapFile(play, "P", "W W", { flags: MapFlag.SHARED, isShmem: true });
    play.kernel.remapFilePages(pidOf(play, "P"), { start: table, size: PAGE_SIZE, pgoff: 1 });
    play.kernel.write(pidOf(play, "P"), table);
    fork(play, "P", "C");
    expect(show(play)).toEqual({ P: "[F F] (2,0,0)", C: "[F F] (2,0,0)" });
  });

  test("a child that shares its parent's memory leaves it as it is", () => {
    const play = createPlay();
    map(play, "P", "W");
    const checkFork = play.kernel.watchFork(pidOf(play, "P"));
    const child = play.kernel.clone(pidOf(play, "P"), CloneFlag.VM);
    expect(checkFork(child)).toEqual([]);
  });
});
