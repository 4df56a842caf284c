/** The recount finds what is planted, and nothing else (SPEC §0.6). */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { addMmCounterNow, MmCounter } from "@forkpath/counters";
import { clearPte, setPte } from "@forkpath/page-table";
import { SwpType, swpPteHigh, swpPteLow } from "@forkpath/swap";
import { addFile, run, type Space } from "@forkpath/test-world";
import { areaAt, at, cellOf, createSpace, map, read, write } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { checkMm, reclaimPages } from "../../src/index.ts";

/** Four pages written, one of them swapped out, and two of a file read. */
function createMapped(): Space {
  const space = createSpace();
  map(space, 0, 4);
  map(space, 6, 2, { file: addFile(space) });
  write(space, 0, 1, 2, 3);
  read(space, 6, 7);
  run(reclaimPages(space.env, space.mm, { start: at(0), end: at(1) }));
  expect(checkMm(space.env, space.mm)).toEqual([]);
  return space;
}

const PLANTED: [string, (space: Space) => void, string[]][] = [
  [
    "an anonymous page too many (I2)",
    ({ env, mm }) => addMmCounterNow(env.sync, mm.counters, MmCounter.ANON_RSS, 1),
    ["P._anon_rss: 4, but its page tables hold 3"],
  ],
  [
    "a file page that was not counted (I1)",
    ({ env, mm }) => addMmCounterNow(env.sync, mm.counters, MmCounter.FILE_RSS, -1),
    ["P._file_rss: 1, but its page tables hold 2"],
  ],
  [
    "a slot that is gone (I3)",
    (space) => clearPte(space.env.tables, cellOf(space, 0)),
    ["P._swap_usage: 1, but its page tables hold 0"],
  ],
  [
    "a table forgotten (I7)",
    ({ mm }) => {
      mm.nrPtes++;
    },
    ["P: nr_ptes is 2, but 1 counted"],
  ],
  [
    "an area not counted (I9)",
    ({ mm }) => {
      mm.mapCount--;
    },
    ["P: map_count is 1, but 2 counted"],
  ],
  [
    "total_vm (I10), and the other fields",
    ({ mm }) => {
      mm.usage.totalVm++;
      mm.usage.stackVm = 1;
      mm.lockedVm = 2;
    },
    [
      "P: locked_vm is 2, but 0 counted",
      "P: totalVm is 7, but 6 counted",
      "P: stackVm is 1, but 0 counted",
    ],
  ],
  [
    "areas out of order",
    ({ mm }) => {
      mm.vmas.reverse();
    },
    ["P: area 0x4000000000-0x4000004000 is not above area 0x4000006000-0x4000008000"],
  ],
  [
    "a border inside a page",
    (space) => {
      areaAt(space, 0).end = virtAddr(at(4) - 100);
    },
    [
      "P: area 0x4000000000-0x4000003f9c is not aligned",
      "P: totalVm is 6, but 5.9755859375 counted",
    ],
  ],
  [
    "an area without a page",
    (space) => {
      areaAt(space, 0).start = areaAt(space, 0).end;
    },
    ["P: area 0x4000004000-0x4000004000 is empty"],
  ],
  [
    "an area that its file does not know",
    (space) => {
      areaAt(space, 6).file?.iMmap.clear();
    },
    ["P: area 0x4000006000-0x4000008000 is not on the list of /data"],
  ],
  [
    "an entry where nothing is mapped",
    (space) => {
      const vma = areaAt(space, 6);
      vma.end = virtAddr(vma.end - PAGE_SIZE);
    },
    ["P: 0x4000007000: an entry in no area"],
  ],
];

describe("each mismatch is a line", () => {
  test.each(PLANTED)("%s", (_name, plant, lines) => {
    const space = createMapped();
    plant(space);
    expect(checkMm(space.env, space.mm)).toEqual(expect.arrayContaining(lines));
  });

  test("one planted error is one line", () => {
    for (const [, plant, lines] of PLANTED.slice(0, 6)) {
      const space = createMapped();
      plant(space);
      expect(checkMm(space.env, space.mm)).toEqual(lines);
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
