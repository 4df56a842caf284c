/** brk: the heap (SPEC §5.10/4, §5.12). */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import { recount, run, type Space } from "@forkpath/test-world";
import { write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, pageOf, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, map, SWAP_ONLY } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type MmLimits, sysBrk, sysMlockall } from "../../src/index.ts";
import { doBrk, NO_LIMITS } from "../../src/internal.ts";

/** A heap that begins, and ends, at page 2. */
function createHeap(options: Parameters<typeof createSpace>[0] = {}): Space {
  const space = createSpace(options);
  space.mm.layout.startBrk = space.mm.layout.brk = at(2);
  return space;
}

/** Moves the break to page `page`; the page where it is then. */
const brk = ({ env, mm }: Space, page: number, limits?: MmLimits): number | string =>
  pageOf(run(sysBrk(env, mm, at(page), limits)));

describe("the break moves", () => {
  test("up and down; the heap is one area", () => {
    const space = createHeap();
    expect(brk(space, 5)).toBe(5);
    expect(showAreas(space)).toBe("..[www]");
    expect(brk(space, 8)).toBe(8);
    write(space, 2, 7);
    expect(showAreas(space)).toBe("..[wwwwww]");
    expect(brk(space, 4)).toBe(4);
    expect([showAreas(space), entries(space, 2, 6)]).toEqual(["..[ww]", "W - - - - -"]);
    expect(recount(space)).toEqual([]);
  });

  test("within a page, it moves and maps nothing", () => {
    const space = createHeap();
    brk(space, 3);
    expect(run(sysBrk(space.env, space.mm, at(3) - 100))).toBe(at(3) - 100);
    expect(showAreas(space)).toBe("..[w]");
    expect(run(sysBrk(space.env, space.mm, at(3) + 1))).toBe(at(3) + 1);
    expect(showAreas(space)).toBe("..[ww]");
  });

  test("it counts in total_vm and nowhere else, and is promised", () => {
    const space = createHeap();
    brk(space, 5);
    expect(space.mm.usage).toEqual({
      totalVm: 3,
      sharedVm: 0,
      execVm: 0,
      stackVm: 0,
      reservedVm: 0,
      dataVm: 0,
    });
    expect(space.env.commit.committed).toBe(3);
    expect(areaAt(space, 2).flags).toBe(VmFlag.ACCOUNT + 0x73);
  });
});

describe("the break stays, and no errno says why", () => {
  test("below where the heap begins", () => {
    expect(brk(createHeap(), 1)).toBe(2);
  });

  test("closer than a page to what lies above", () => {
    const space = createHeap();
    map(space, 6, 1, { prot: 1 });
    expect(brk(space, 6)).toBe(2);
    expect(brk(space, 5)).toBe(5);
    expect(showAreas(space)).toBe("..[www].[r]");
  });

  test("RLIMIT_DATA, which the program's data counts for as well", () => {
    const space = createHeap();
    space.mm.layout.startData = at(0);
    space.mm.layout.endData = at(1);
    const limits = { ...NO_LIMITS, data: 3 * PAGE_SIZE };
    expect(brk(space, 5, limits)).toBe(2);
    expect(brk(space, 4, limits)).toBe(4);
  });

  test("RLIMIT_AS", () => {
    const space = createHeap();
    map(space, 8, 2);
    expect(brk(space, 4, { ...NO_LIMITS, addressSpace: 3 * PAGE_SIZE })).toBe(2);
    expect(brk(space, 3, { ...NO_LIMITS, addressSpace: 3 * PAGE_SIZE })).toBe(3);
  });

  test("what may not be promised", () => {
    const space = createHeap({ commit: SWAP_ONLY });
    expect(brk(space, 2 + 64)).toBe(2);
    expect(space.env.commit.committed).toBe(0);
    expect(brk(space, 2 + 62)).toBe(2 + 62);
  });

  test("no memory for the area", () => {
    const space = createHeap();
    failNth(space.env.sync.gate, 0);
    expect(brk(space, 4)).toBe(2);
    expect(space.env.commit.committed).toBe(0);
    expect(recount(space)).toEqual([]);
  });

  test("no memory for the split that a hole needs", () => {
    const space = createHeap();
    brk(space, 6);
    map(space, 6, 1); // merges with the heap
    failNth(space.env.sync.gate, 0);
    expect(brk(space, 4)).toBe(6);
    expect(showAreas(space)).toBe("..[wwwww]");
  });
});

describe("do_brk over what is mapped", () => {
  test("no memory for the split: -ENOMEM; too many areas: the same, the range is clear by then", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 6, { prot: 1 });
    failNth(env.sync.gate, 0);
    expect(run(doBrk(env, mm, at(2), 2 * PAGE_SIZE))).toBe(-12);
    expect(showAreas(space)).toBe("[rrrrrr]");
    env.maxMapCount = 1;
    map(space, 8, 1);
    expect(run(doBrk(env, mm, at(4), 2 * PAGE_SIZE))).toBe(-12);
    expect(showAreas(space)).toBe("[rrrr]....[w]");
  });
});

describe("a locked heap (MCL_FUTURE)", () => {
  test("grows with its pages in place, as far as RLIMIT_MEMLOCK goes", () => {
    const space = createHeap();
    const { env, mm } = space;
    run(sysMlockall(env, mm, 2));
    const limits = { ...NO_LIMITS, memlock: 2 * PAGE_SIZE };
    expect(brk(space, 5, limits)).toBe(2);
    expect(brk(space, 4, limits)).toBe(4);
    expect([entries(space, 2, 2), mm.lockedVm]).toEqual(["W W", 2]);
    expect(recount({ env, mm })).toEqual([]);
  });
});

describe("do_brk, as a program loader calls it", () => {
  test("replaces what is there", () => {
    const space = createSpace();
    map(space, 0, 4, { prot: 1 });
    expect(pageOf(run(doBrk(space.env, space.mm, at(1), PAGE_SIZE + 1)))).toBe(1);
    expect(showAreas(space)).toBe("[r][ww][r]");
    expect(recount(space)).toEqual([]);
  });

  test("nothing to map is nothing done; past user space is -EINVAL", () => {
    const { env, mm } = createSpace();
    expect(run(doBrk(env, mm, at(1), 0))).toBe(at(1));
    expect(run(doBrk(env, mm, 2 ** 47, PAGE_SIZE))).toBe(-22);
    expect(() => run(doBrk(env, mm, -1, 0))).toThrow("doBrk: addr must be");
  });
});
