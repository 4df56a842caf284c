/** madvise: hints, and the one that throws pages away. */
import { Errno, Madvise, MapFlag, PAGE_SIZE, VmFlag, vmFlagNames } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { failNth } from "@forkpath/sync";
import { addFile, forkSpace, recount, run, type Space, showRss } from "@forkpath/test-world";
import { advise, lock, read, write } from "@forkpath/test-world/area-calls";
import { areaAt, at, entries, showAreas } from "@forkpath/test-world/area-looks";
import { createSpace, drawSpace, map, READ, SHARED_ANONYMOUS } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { reclaimPages, sysMadvise } from "../../src/index.ts";

/** Names of the hint flags that the area at `page` has. */
const hints = (space: Space, page: number): string =>
  vmFlagNames(areaAt(space, page).flags)
    .filter((name) => HINTS.has(name))
    .join(" ");
const HINTS: ReadonlySet<string> = new Set([
  "SEQ_READ",
  "RAND_READ",
  "DONTCOPY",
  "MERGEABLE",
  "HUGEPAGE",
  "NOHUGEPAGE",
  "NODUMP",
]);

describe("flags", () => {
  test.each([
    ["SEQUENTIAL", [Madvise.SEQUENTIAL], "SEQ_READ"],
    ["RANDOM after SEQUENTIAL", [Madvise.SEQUENTIAL, Madvise.RANDOM], "RAND_READ"],
    ["NORMAL after RANDOM", [Madvise.RANDOM, Madvise.NORMAL], ""],
    ["DONTFORK", [Madvise.DONTFORK], "DONTCOPY"],
    ["DOFORK after DONTFORK", [Madvise.DONTFORK, Madvise.DOFORK], ""],
    ["MERGEABLE", [Madvise.MERGEABLE], "MERGEABLE"],
    ["UNMERGEABLE after MERGEABLE", [Madvise.MERGEABLE, Madvise.UNMERGEABLE], ""],
    ["DONTDUMP", [Madvise.DONTDUMP], "NODUMP"],
    ["DODUMP after DONTDUMP", [Madvise.DONTDUMP, Madvise.DODUMP], ""],
    ["HUGEPAGE, bit 32", [Madvise.HUGEPAGE], "HUGEPAGE"],
    ["NOHUGEPAGE after HUGEPAGE", [Madvise.HUGEPAGE, Madvise.NOHUGEPAGE], "NOHUGEPAGE"],
  ])("%s", (_name, advices, after) => {
    const space = drawSpace("[ww]");
    for (const advice of advices) expect(advise(space, 0, 2, advice)).toBe("0");
    expect(hints(space, 0)).toBe(after);
  });

  test.each([8, 18, 99])("advice %i does not exist", (advice) => {
    const space = drawSpace("[ww]");
    expect(advise(space, 0, 2, advice)).toBe("-EINVAL");
  });

  test("NODUMP splits and merges as any hint, and a child has it too", () => {
    const space = drawSpace("[wwww]");
    advise(space, 1, 2, Madvise.DONTDUMP);
    expect(showAreas(space)).toBe("[w][ww][w]");
    const child = forkSpace(space, "C");
    expect([hints(child, 1), showAreas(child)]).toEqual(["NODUMP", "[w][ww][w]"]);
    advise(space, 0, 4, Madvise.DODUMP);
    expect(showAreas(space)).toBe("[wwww]");
  });

  test("a part of an area is split off, and merges again when the hint is taken back", () => {
    const space = drawSpace("[wwwwww]");
    write(space, 0, 2, 5);
    advise(space, 2, 2, Madvise.DONTFORK);
    expect(showAreas(space)).toBe("[ww][ww][ww]");
    expect([0, 2, 4].map((page) => hints(space, page))).toEqual(["", "DONTCOPY", ""]);
    advise(space, 2, 2, Madvise.DOFORK);
    expect(showAreas(space)).toBe("[wwwwww]");
    expect(recount(space)).toEqual([]);
  });

  test("all other flags stay, HUGEPAGE above bit 31 too", () => {
    const space = drawSpace("[ww]");
    const before = areaAt(space, 0).flags;
    advise(space, 0, 2, Madvise.HUGEPAGE);
    advise(space, 0, 2, Madvise.DONTFORK);
    expect(areaAt(space, 0).flags).toBe(before + VmFlag.HUGEPAGE + VmFlag.DONTCOPY);
  });

  test("shared memory: MERGEABLE does nothing, HUGEPAGE is refused", () => {
    const space = createSpace();
    map(space, 0, 2, { flags: SHARED_ANONYMOUS });
    expect(advise(space, 0, 2, Madvise.MERGEABLE)).toBe("0");
    expect(advise(space, 0, 2, Madvise.HUGEPAGE)).toBe("-EINVAL");
    expect(advise(space, 0, 2, Madvise.NOHUGEPAGE)).toBe("-EINVAL");
    expect(hints(space, 0)).toBe("");
  });

  test("asking for what is so already is refused, for huge pages", () => {
    const space = drawSpace("[ww]");
    advise(space, 0, 2, Madvise.HUGEPAGE);
    expect(advise(space, 0, 2, Madvise.HUGEPAGE)).toBe("-EINVAL");
  });

  test("DOFORK of a device's area is refused", () => {
    const space = createSpace();
    const file = addFile(space);
    file.mmap = (vma): number => {
      vma.flags += VmFlag.IO + VmFlag.DONTCOPY;
      return 0;
    };
    map(space, 0, 2, { file });
    expect(advise(space, 0, 2, Madvise.DOFORK)).toBe("-EINVAL");
    expect(hints(space, 0)).toBe("DONTCOPY");
  });
});

describe("DONTNEED", () => {
  test("pages and slots go, the area and its charge stay", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 4);
    write(space, 0, 1, 2, 3);
    run(reclaimPages(env, mm, { start: at(1), end: at(2) }));
    expect([entries(space, 0, 4), showRss(space.mm)]).toEqual(["W s W W", "(0,3,1)"]);
    expect(advise(space, 1, 2, Madvise.DONTNEED)).toBe("0");
    expect([entries(space, 0, 4), showRss(space.mm)]).toEqual(["W - - W", "(0,2,0)"]);
    expect(showAreas(space)).toBe("[wwww]");
    expect(env.commit.committed).toBe(4);
    expect(recount(space)).toEqual([]);
  });

  test("the peak is pushed before they go (SPEC §1.4 row 1)", () => {
    const space = drawSpace("[wwww]");
    write(space, 0, 1, 2);
    advise(space, 0, 4, Madvise.DONTNEED);
    expect(showRss(space.mm)).toBe("(0,0,0)");
    expect(peekCounterSigned(space.mm.counters, MmCounter.HIWATER_RSS)).toBe(3);
  });

  test("a file's page is still in the cache, a private copy of one is lost", () => {
    const space = createSpace();
    const file = addFile(space);
    map(space, 0, 2, { file });
    read(space, 0);
    write(space, 1);
    expect(entries(space, 0, 2)).toBe("fc W");
    advise(space, 0, 2, Madvise.DONTNEED);
    expect(entries(space, 0, 2)).toBe("- -");
    expect(file.pages.size).toBe(2);
    expect(recount(space)).toEqual([]);
  });

  test("locked pages stay (-EINVAL)", () => {
    const space = drawSpace("[wwww]");
    lock(space, 2, 2);
    write(space, 0);
    expect(advise(space, 0, 4, Madvise.DONTNEED)).toBe("-EINVAL");
    expect(entries(space, 0, 4)).toBe("- - W W"); // the area before went first
  });
});

describe("the range", () => {
  test("holes are passed over, and reported once all is done (-ENOMEM)", () => {
    const space = drawSpace("[ww]..[ww]");
    write(space, 0, 4, 5);
    expect(advise(space, 0, 6, Madvise.DONTNEED)).toBe("-ENOMEM");
    expect(entries(space, 0, 6)).toBe("- - - - - -");
    expect(advise(space, 5, 3, Madvise.DONTFORK)).toBe("-ENOMEM");
    expect(showAreas(space)).toBe("[ww]..[w][w]");
    expect(advise(space, 2, 2, Madvise.NORMAL)).toBe("-ENOMEM");
  });

  test.each([
    ["an advice that nobody knows", at(0), PAGE_SIZE, 77, -Errno.EINVAL],
    ["a start off a page boundary", at(0) + 1, PAGE_SIZE, Madvise.NORMAL, -Errno.EINVAL],
    ["no length", at(0), 0, Madvise.NORMAL, 0],
  ])("%s", (_name, start, len, advice, status) => {
    const { env, mm } = createSpace();
    expect(run(sysMadvise(env, mm, start, len, advice))).toBe(status);
  });

  test("WILLNEED is for files; REMOVE is not modelled", () => {
    const space = drawSpace("[w]");
    map(space, 1, 1, { file: addFile(space), prot: READ });
    expect(advise(space, 0, 1, Madvise.WILLNEED)).toBe("-EBADF");
    expect(advise(space, 1, 1, Madvise.WILLNEED)).toBe("0");
    expect(advise(space, 1, 1, Madvise.REMOVE)).toBe("-EINVAL");
  });

  test("no memory for a split is -EAGAIN", () => {
    const space = drawSpace("[wwww]");
    failNth(space.env.sync.gate, 0);
    expect(advise(space, 1, 1, Madvise.DONTFORK)).toBe("-EAGAIN");
    expect(showAreas(space)).toBe("[wwww]");
  });

  test("who only reads the areas shares mmap_sem with other readers", () => {
    const space = createSpace();
    const { env, mm } = space;
    map(space, 0, 1, { flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS });
    env.sync.interleaved = true;
    const waits = (advice: number): string =>
      sysMadvise(env, mm, at(0), PAGE_SIZE, advice).next().value === mm.mmapSem.readPoint
        ? "read"
        : "write";
    expect([Madvise.DONTNEED, Madvise.WILLNEED, Madvise.DONTFORK].map(waits)).toEqual([
      "read",
      "read",
      "write",
    ]);
  });
});
