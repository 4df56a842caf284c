/**
 * What the recount sees (SPEC §0.6): one planted error for each rule, and its line. A check that
 * finds nothing in a sound machine has shown little until it finds these.
 */
import { MapFlag, PAGE_SIZE, type Pfn, virtAddr } from "@forkpath/abi";
import { MmCounter, setMmCounter } from "@forkpath/counters";
import type { TaskStruct } from "@forkpath/fork";
import type { MmStruct } from "@forkpath/mm";
import { findPteCell, Pte, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { pokeSlot, swpPteHigh, swpPteLow } from "@forkpath/swap";
import { runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import type { Machine } from "../src/index.ts";
import { createPlay, fork, map, mapFile, type Play, pidOf } from "./stage.ts";

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

const PLANTS: readonly (readonly [line: string, plant: (parts: Parts) => void])[] = [
  [
    "I1: mm2._file_rss: 7, but its page tables hold 1",
    (parts) => setCounter(parts, MmCounter.FILE_RSS, 7),
  ],
  [
    "I2: mm2._anon_rss: 1, but its page tables hold 2",
    (parts) => setCounter(parts, MmCounter.ANON_RSS, 1),
  ],
  [
    "I3: mm2._swap_usage: 2, but its page tables hold 1",
    (parts) => setCounter(parts, MmCounter.SWAP_USAGE, 2),
  ],
  [
    "I4: page 0x3: mapcount 3, but 2 entries map it",
    ({ machine, frame }) => machine.mm.map.mapcount[frame]++,
  ],
  [
    "I5: page 0x3: count 3, but 2 references are known",
    ({ machine, frame }) => machine.mm.map.count[frame]++,
  ],
  [
    "I6: area 0 slot 1: count 3, but 2 entries name it",
    ({ machine }) => pokeSlot(machine.mm.swap, 0, 1, { byte: 3, digits: [] }),
  ],
  [
    "I6: area 0 slot 2: count 1, but 0 entries name it",
    ({ machine }) => pokeSlot(machine.mm.swap, 0, 2, { byte: 1, digits: [] }),
  ],
  ["I6: 1 swap entries name a slot that is not there", plantStrayEntry],
  ["I7: mm2: nr_ptes is 2, but 1 counted", ({ childMm }) => childMm.nrPtes++],
  ["I9: mm2: map_count is 3, but 2 counted", ({ childMm }) => childMm.mapCount++],
  ["I10: mm2: totalVm is 5, but 4 counted", ({ childMm }) => childMm.usage.totalVm++],
  [
    "I12: vm_committed_as is 9, but 8 pages are charged",
    ({ machine }) => machine.mm.commit.committed++,
  ],
  ["I13: mm2._anon_rss: 1, but its page tables hold 0", plantLeak],
  ["I13: mm2: nr_ptes is 1 after its end", plantTable],
  ["mm: mm2: locked_vm is 1, but 0 counted", ({ childMm }) => childMm.lockedVm++],
  ["anon_vma: anon_vma3: degree 2, not 1", ({ childMm }) => childMm.vmas[0].anonVma!.degree++],
  ["tasks: mm_users of mm2 is 2, but 1 counted", ({ childMm }) => childMm.mmUsers++],
  ["tasks: mm_count of mm2 is 2, but 1 counted", ({ childMm }) => childMm.mmCount++],
  ["tasks: nr_threads is 4, but 3 counted", ({ machine }) => machine.fork.nrThreads++],
  ["tasks: pids in use is 4, but 3 counted", ({ machine }) => machine.fork.pidMap.used.add(99)],
  ["tasks: pid 99 leads to somebody else", ({ child }) => (child.pid = 99)],
  ["tasks: task 3 is no child of 2", ({ parent }) => parent.children.pop()],
  ["tasks: processes of user 0 is 4, but 3 counted", ({ child }) => child.cred.user.processes++],
  ["tasks: count in signal of 3 is 2, but 1 counted", ({ child }) => child.signal.count++],
  [
    "tasks: threads in signal of 3 is 2, but 1 counted",
    ({ child, parent }) => child.signal.threads.push(parent),
  ],
  ["tasks: count of a sighand is 2, but 1 counted", ({ child }) => child.sighand.count++],
  ["tasks: users of an fs is 2, but 1 counted", ({ child }) => child.fs.users++],
  ["tasks: count of a files is 2, but 1 counted", ({ child }) => child.files!.count++],
];

test("a sound machine has nothing to tell", () => {
  expect(createSoundPlay().kernel.check()).toEqual([]);
});

test.each(PLANTS)("%s", (line, plant) => {
  const play = createSoundPlay();
  plant(partsOf(play));
  expect(play.kernel.check()).toContain(line);
});

test("I13 is told once, and only of what was seen alive", () => {
  const play = createSoundPlay();
  plantLeak(partsOf(play));
  expect(play.kernel.check()).toHaveLength(1);
  expect(play.kernel.check()).toEqual([]);
});

describe("I14: right after a fork", () => {
  /** Sets or clears RW in one entry, and says what the check of the fork makes of it. */
  function forkAndFlip(name: string, area: number): readonly string[] {
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
    ["P", 0, /^I14: parent 0x\w+: fork has made 0x\w+067 into 0x\w+067$/],
    ["P", 1, /^I14: parent 0x\w+: fork has made 0x\w+067 into 0x\w+065$/],
    ["C", 0, /^I14: child 0x\w+: 0x\w+047 is writable$/],
  ])("an entry of %s in area %i", (name, area, line) => {
    expect(forkAndFlip(name, area)).toEqual([expect.stringMatching(line)]);
  });
});
