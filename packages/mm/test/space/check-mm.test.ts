/** The recount finds what is planted, and nothing else (SPEC §0.6). */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { addMmCounterNow, MmCounter } from "@forkpath/counters";
import { clearPte, setPte } from "@forkpath/page-table";
import { SwpType, swpPteHigh, swpPteLow } from "@forkpath/swap";
import type { Mismatch, RecountRule } from "@forkpath/sync";
import { addFile, run, type Space } from "@forkpath/test-world";
import { read, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, cellOf } from "@forkpath/test-world/area-looks";
import { drawSpace, map } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { checkCommit, checkMm, reclaimPages } from "../../src/index.ts";

/** Four pages written, one of them swapped out, and two of a file read. */
function createMapped(): Space {
  const space = drawSpace("[wwww]");
  map(space, 6, 2, { file: addFile(space) });
  write(space, 0, 1, 2, 3);
  read(space, 6, 7);
  run(reclaimPages(space.env, space.mm, { start: at(0), end: at(1) }));
  expect(checkMm(space.env, space.mm)).toEqual([]);
  return space;
}

const ofP = (
  rule: RecountRule,
  field: string,
  kept: number | string,
  counted: number | string,
): Mismatch => ({ rule, owner: "P", field, kept, counted });

const ofArea = (range: string, field: string, kept: string, counted: string): Mismatch => ({
  ...ofP("mm", field, kept, counted),
  owner: `P area ${range}`,
});

const PLANTED: [string, (space: Space) => void, Mismatch[]][] = [
  [
    "an anonymous page too many (I2)",
    ({ env, mm }) => addMmCounterNow(env.sync, mm.counters, MmCounter.ANON_RSS, 1),
    [ofP("I2", "anon_rss", 4, 3)],
  ],
  [
    "a file page that was not counted (I1)",
    ({ env, mm }) => addMmCounterNow(env.sync, mm.counters, MmCounter.FILE_RSS, -1),
    [ofP("I1", "file_rss", 1, 2)],
  ],
  [
    "a slot that is gone (I3)",
    (space) => clearPte(space.env.tables, cellOf(space, 0)),
    [ofP("I3", "swap_usage", 1, 0)],
  ],
  [
    "a table laid by, and none needed (I8)",
    ({ mm }) => void mm.pmdHugePte.push(9),
    [ofP("I8", "deposits", 1, 0)],
  ],
  [
    "an area not counted (I9)",
    ({ mm }) => {
      mm.mapCount--;
    },
    [ofP("I9", "map_count", 1, 2)],
  ],
  [
    "total_vm (I10), and the other fields",
    ({ mm }) => {
      mm.usage.totalVm++;
      mm.usage.stackVm = 1;
      mm.lockedVm = 2;
    },
    [ofP("mm", "locked_vm", 2, 0), ofP("I10", "total_vm", 7, 6), ofP("mm", "stack_vm", 1, 0)],
  ],
  [
    "areas out of order",
    ({ mm }) => {
      mm.vmas.reverse();
    },
    [ofArea("0x4000000000-0x4000004000", "start", "0x4000000000", "at or above 0x4000008000")],
  ],
  [
    "a border inside a page",
    (space) => {
      areaAt(space, 0).end = virtAddr(at(4) - 100);
    },
    [
      ofArea("0x4000000000-0x4000003f9c", "end", "0x4000003f9c", "page-aligned"),
      ofP("I10", "total_vm", 6, 5.9755859375),
    ],
  ],
  [
    "an area without a page",
    (space) => {
      areaAt(space, 0).start = areaAt(space, 0).end;
    },
    [ofArea("0x4000004000-0x4000004000", "end", "0x4000004000", "above its start")],
  ],
  [
    "an area that its file does not know",
    (space) => {
      areaAt(space, 6).file?.iMmap.clear();
    },
    [ofArea("0x4000006000-0x4000008000", "i_mmap of /data", "without it", "with it")],
  ],
  [
    "an entry where nothing is mapped",
    (space) => {
      const vma = areaAt(space, 6);
      vma.end = virtAddr(vma.end - PAGE_SIZE);
    },
    [ofP("mm", "entry at 0x4000007000", "outside of areas", "inside of one")],
  ],
];

describe("what is planted", () => {
  test.each(PLANTED)("%s", (_name, plant, wrong) => {
    const space = createMapped();
    plant(space);
    expect(checkMm(space.env, space.mm)).toEqual(expect.arrayContaining(wrong));
  });

  test("one planted error is one mismatch", () => {
    for (const [, plant, wrong] of PLANTED.slice(0, 6)) {
      const space = createMapped();
      plant(space);
      expect(checkMm(space.env, space.mm)).toEqual(wrong);
    }
  });
});

describe("what is no mismatch", () => {
  test("a migration entry counts as the page that it stands for", () => {
    const space = createMapped();
    const { tables } = space.env;
    const cell = cellOf(space, 1);
    const frame = (tables.low[0][cell] >>> 12) as number;
    setPte(tables, cell, swpPteLow(SwpType.MIGRATION_WRITE, frame), swpPteHigh(frame));
    expect(checkMm(space.env, space.mm)).toEqual([]);
  });

  test("pages that exec has charged for its arguments (SPEC §7.2)", () => {
    const { env, mm } = createMapped();
    addMmCounterNow(env.sync, mm.counters, MmCounter.ANON_RSS, 5);
    expect(checkMm(env, mm)).toHaveLength(1);
    expect(checkMm(env, mm, { argCharge: 5 })).toEqual([]);
  });

  test("the zero page and poison count as nothing", () => {
    const space = createMapped();
    const { tables } = space.env;
    map(space, 10, 2);
    read(space, 10, 11);
    setPte(tables, cellOf(space, 11), swpPteLow(SwpType.HWPOISON, 9), swpPteHigh(9));
    expect(checkMm(space.env, space.mm)).toEqual([]);
  });
});

test("the machine's promises are held against areas and shmem (I12)", () => {
  const { env, mm } = createMapped();
  expect(checkCommit(env, [mm])).toEqual([]);
  const counted = env.commit.committed;
  env.commit.committed += 2;
  expect(checkCommit(env, [mm])).toEqual([
    { rule: "I12", owner: "machine", field: "vm_committed_as", kept: counted + 2, counted },
  ]);
});
