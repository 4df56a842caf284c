/** exit_mmap: nothing is left (SPEC §5.9, I13). */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { pgdFree } from "@forkpath/page-table";
import {
  addFile,
  addSpace,
  recount,
  recountMachine,
  run,
  type Space,
  showRss,
} from "@forkpath/test-world";
import { lock, read, write } from "@forkpath/test-world/area-calls";
import { at, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, map, READ, SHARED_ANONYMOUS, TABLE_PAGES } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { exitMmap, reclaimPages } from "../../src/index.ts";

/** Something of everything: anonymous, shared, file, swapped out, locked; over three tables. */
function createBusySpace(): Space {
  const space = createSpace();
  const { env, mm } = space;
  map(space, 0, 4);
  map(space, TABLE_PAGES - 2, 4, { flags: SHARED_ANONYMOUS });
  map(space, 2 * TABLE_PAGES, 4, { file: addFile(space), flags: MapFlag.PRIVATE });
  write(space, 0, 1, 2, TABLE_PAGES - 1, TABLE_PAGES, 2 * TABLE_PAGES);
  read(space, 2 * TABLE_PAGES + 1);
  run(reclaimPages(env, mm, { start: at(0), end: at(1) }));
  lock({ env, mm }, 1, 1);
  expect([showRss(space.mm), mm.nrPtes, mm.lockedVm]).toEqual(["(3,3,1)", 3, 1]);
  return space;
}

describe("the whole address space goes", () => {
  test("counters, tables, charges, references and slots come to 0", () => {
    const space = createBusySpace();
    const { env, mm } = space;
    run(exitMmap(env, mm));
    expect([showAreas(space), showRss(space.mm), mm.nrPtes, mm.lockedVm]).toEqual([
      "",
      "(0,0,0)",
      0,
      0,
    ]);
    expect(env.commit.committed).toBe(0);
    expect(env.swap.nrSwapPages).toBe(63);
    expect(env.tables.liveTables).toEqual([0, 0, 0, 1]); // the pgd is not its business
    expect([...env.files.values()].map(({ count, path }) => `${path} ${count}`)).toEqual([
      "/data 1",
    ]);
    expect(env.anonVmas.live.size).toBe(0);
    pgdFree(env.tables, mm.pgd);
    expect(recountMachine(env, [])).toEqual([]);
  });

  test("total_vm, map_count and the peaks stay what they were: nobody looks any more", () => {
    const { env, mm } = createBusySpace();
    const before = { ...mm.usage, mapCount: mm.mapCount };
    run(exitMmap(env, mm));
    expect({ ...mm.usage, mapCount: mm.mapCount }).toEqual(before);
  });

  test("another process that maps the same file keeps its pages", () => {
    const space = createBusySpace();
    const { env, mm } = space;
    const other: Space = { env, mm: addSpace(env, "Q") };
    const [file] = env.files.values();
    map(other, 0, 2, { file, prot: READ });
    read(other, 0, 1);
    run(exitMmap(env, mm));
    expect(showRss(other.mm)).toBe("(2,0,0)");
    pgdFree(env.tables, mm.pgd);
    expect(recount(other)).toEqual([]);
  });

  test("each area's owner is told", () => {
    const space = createSpace();
    const closed: number[] = [];
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.ops = { close: (one) => closed.push((one.start - at(0)) / PAGE_SIZE) };
      return 0;
    };
    map(space, 4, 2, { file });
    map(space, 0, 2, { file });
    run(exitMmap(space.env, space.mm));
    expect(closed).toEqual([0, 4]);
  });
});

describe("what it says", () => {
  function storyOf({ env, mm }: Space): KernelEvent[] {
    const story: KernelEvent[] = [];
    attachSink(env.sync, { wants: EventClass.MM, emit: (event) => story.push(event) });
    run(exitMmap(env, mm));
    return story;
  }

  test("without an area it returns at once: no flush, no notifier (D28)", () => {
    expect(storyOf(createSpace())).toEqual([]);
  });

  test("tables that are left over are reported, and it goes on", () => {
    const space = createBusySpace();
    space.mm.nrPtes++; // as if one had been forgotten
    expect(storyOf(space).at(-1)).toEqual({
      kind: "warn",
      op: "exit_mmap",
      reason: "nr_ptes is 1",
      low: 0,
      high: 0,
    });
  });

  test("and are not, where nobody listens to what becomes of address spaces", () => {
    const space = createBusySpace();
    space.mm.nrPtes++;
    const kinds: string[] = [];
    attachSink(space.env.sync, { wants: EventClass.PAGE, emit: ({ kind }) => kinds.push(kind) });
    run(exitMmap(space.env, space.mm));
    expect(new Set(kinds)).toEqual(new Set(["page"]));
  });
});
