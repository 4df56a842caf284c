/** Advice of later kernels, on machines of 6.18 where nothing else is said. */
import {
  Errno,
  type KernelName,
  Madvise,
  PAGE_SIZE,
  PMD_SIZE,
  rulesOf,
  VmFlag,
} from "@forkpath/abi";
import { counterRules } from "@forkpath/counters";
import { isPageLarge, PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { PRIVATE, recount, run, SHARED, slots } from "@forkpath/test-world";
import { createHugeProcess } from "@forkpath/test-world/huge";
import { headsOf, show as showHuge } from "@forkpath/test-world/huge-looks";
import { createFile, createProcess, fork, type ProcessOptions } from "@forkpath/test-world/process";
import { read, write } from "@forkpath/test-world/process-calls";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { mmRules, sysMadvise } from "../../src/index.ts";
import { findHugePmd, lruAddDrainAll, splitHugePagePmd } from "../../src/internal.ts";

const processOf = (kernel: KernelName = "v6.18", options: ProcessOptions = {}): Process =>
  createProcess({
    ...options,
    rules: rulesOf(mmRules, kernel),
    counterRules: rulesOf(counterRules, kernel),
  });

/** A process with one page, which is dirty itself. */
function withDirtyPage(): { p: Process; page: number } {
  const p = processOf();
  write(p, 0);
  const [page] = framesOf(p);
  p.env.map.flags[page] |= PageFlag.DIRTY;
  return { p, page };
}

/** Advises pages [first, first + pages) of the mapping. */
const advise = (p: Process, advice: number, first = 0, pages = 4): number =>
  run(sysMadvise(p.env, p.mm, at(p, first), pages * PAGE_SIZE, advice));

const hugeProcess = (): Process => {
  const p = createHugeProcess(1, {
    rules: rulesOf(mmRules, "v6.18"),
    counterRules: rulesOf(counterRules, "v6.18"),
  });
  write(p, 0);
  return p;
};

describe("which kernel knows what", () => {
  const rows: readonly [keyof typeof Madvise, KernelName, KernelName][] = [
    ["FREE", "v4.4", "v4.14"],
    ["WIPEONFORK", "v4.4", "v4.14"],
    ["PAGEOUT", "rhel8", "v5.4"],
    ["POPULATE_WRITE", "v5.10", "v5.14"],
    ["DONTNEED_LOCKED", "v5.14", "v5.19"],
    ["GUARD_INSTALL", "v6.12", "v6.18"],
  ];
  test.each(rows)("%s: not %s, but %s", (name, before, since) => {
    expect(advise(processOf(before), Madvise[name])).toBe(-Errno.EINVAL);
    expect(advise(processOf(since), Madvise[name])).toBe(0);
  });
});

describe("FREE", () => {
  test("entries become clean and old, and stay writable; no counter moves", () => {
    const p = processOf();
    write(p, 0, 1);
    advise(p, Madvise.FREE, 0, 1);
    expect(show(p)).toMatchObject({ ptes: "Wc' W - -", rss: "(0,2,0)" });
  });

  test("what reclaim finds clean it throws away; what was written again goes to swap", () => {
    const p = processOf();
    write(p, 0, 1);
    advise(p, Madvise.FREE);
    lruAddDrainAll(p.env);
    write(p, 1);
    advise(p, Madvise.PAGEOUT);
    expect(show(p)).toMatchObject({ ptes: "- W - -", rss: "(0,1,0)" });
    advise(p, Madvise.PAGEOUT);
    expect(show(p)).toMatchObject({ ptes: "- s - -", rss: "(0,0,1)" });
    expect(recount(p)).toEqual([]);
  });

  test("swapped pages lose their slots", () => {
    const p = processOf();
    write(p, 0, 1);
    advise(p, Madvise.PAGEOUT);
    advise(p, Madvise.FREE, 0, 1);
    expect(show(p)).toMatchObject({ ptes: "- s - -", rss: "(0,0,1)" });
    expect(recount(p)).toEqual([]);
  });

  test("its own dirty page is clean then, and needs no swap behind it", () => {
    const { p, page } = withDirtyPage();
    advise(p, Madvise.FREE);
    lruAddDrainAll(p.env);
    expect(p.env.map.flags[page] & (PageFlag.DIRTY | PageFlag.SWAPBACKED)).toBe(0);
    expect(show(p).ptes).toBe("Wc' - - -");
  });

  test("a huge page that it covers stays whole, clean, and needs no swap behind it", () => {
    const p = hugeProcess();
    expect(run(sysMadvise(p.env, p.mm, at(p, 0), PMD_SIZE, Madvise.FREE))).toBe(0);
    lruAddDrainAll(p.env);
    const [head] = headsOf(p);
    expect(showHuge(p).pmds).toMatch(/^H/);
    expect(p.env.map.flags[head] & (PageFlag.DIRTY | PageFlag.SWAPBACKED)).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("of a huge page that has small entries, all 512 go at once", () => {
    const p = hugeProcess();
    const [head] = headsOf(p);
    run(splitHugePagePmd(p.env, p.mm, findHugePmd(p.env, p.mm, at(p, 0))));
    expect(run(sysMadvise(p.env, p.mm, at(p, 0), PMD_SIZE, Madvise.FREE))).toBe(0);
    lruAddDrainAll(p.env);
    expect(isPageLarge(p.env.map, head)).toBe(true);
    expect(p.env.map.flags[head] & PageFlag.SWAPBACKED).toBe(0);
    expect(recount(p)).toEqual([]);
  });

  test("a dirty page that a child maps too stays as it is", () => {
    const { p } = withDirtyPage();
    fork(p);
    advise(p, Madvise.FREE);
    expect(show(p).ptes).toBe("r - - -");
  });

  test("files, shared and locked memory: -EINVAL", () => {
    expect(advise(processOf("v6.18", { file: createFile() }), Madvise.FREE)).toBe(-Errno.EINVAL);
    const locked = processOf("v6.18", { flags: PRIVATE | VmFlag.LOCKED });
    expect(advise(locked, Madvise.FREE)).toBe(-Errno.EINVAL);
  });
});

describe("COLD and PAGEOUT", () => {
  test("only pages that nobody else maps", () => {
    const p = processOf();
    write(p, 0, 1);
    const c = fork(p);
    write(p, 0);
    expect(advise(p, Madvise.PAGEOUT)).toBe(0);
    expect([show(p).ptes, show(c).ptes]).toEqual(["s r - -", "r' r' - -"]);
    expect(slots(p, 1)).toBe("0x01");
    expect(recount(p, c)).toEqual([]);
  });

  const noSwap: readonly [KernelName, string][] = [
    ["v6.1", "W' - - -"],
    ["v6.18", "W - - -"],
  ];
  test.each(noSwap)("%s: without swap a page stays, as %s", (kernel, ptes) => {
    const p = processOf(kernel, { slots: 0 });
    write(p, 0);
    advise(p, Madvise.PAGEOUT);
    expect(show(p).ptes).toBe(ptes);
  });

  test("COLD makes them old, and no more", () => {
    const p = processOf();
    write(p, 0);
    expect(advise(p, Madvise.COLD)).toBe(0);
    expect(show(p)).toMatchObject({ ptes: "W' - - -", rss: "(0,1,0)" });
  });

  test("a dirty page of a file on disk is unmapped, and stays in the cache", () => {
    const file = createFile();
    const p = processOf("v6.18", { file, flags: SHARED });
    write(p, 0);
    lruAddDrainAll(p.env);
    advise(p, Madvise.PAGEOUT);
    expect(show(p).ptes).toBe("- - - -");
    expect(file.pages.has(0)).toBe(true);
    expect(read(p, 0)).toBe("NOPAGE");
  });
});

describe("POPULATE", () => {
  test("WRITE breaks the sharing of a fork at once, READ does not", () => {
    const p = processOf();
    write(p, 0);
    const c = fork(p);
    expect(advise(c, Madvise.POPULATE_READ)).toBe(0);
    expect(show(c).ptes).toBe("r' zc zc zc");
    expect(advise(c, Madvise.POPULATE_WRITE)).toBe(0);
    expect(show(c)).toMatchObject({ ptes: "W W W W", rss: "(0,4,0)" });
    expect(recount(p, c)).toEqual([]);
  });

  test("where a write is not permitted: -EINVAL; past the file: -EFAULT; a hole: -ENOMEM", () => {
    const readOnly = processOf("v6.18", { flags: VmFlag.READ | VmFlag.MAYREAD | VmFlag.MAYWRITE });
    expect(advise(readOnly, Madvise.POPULATE_WRITE)).toBe(-Errno.EINVAL);
    const short = processOf("v6.18", { file: createFile({ sizePages: 2 }) });
    expect(advise(short, Madvise.POPULATE_READ)).toBe(-Errno.EFAULT);
    expect(advise(processOf(), Madvise.POPULATE_READ, 0, 5)).toBe(-Errno.ENOMEM);
  });
});

describe("guard pages", () => {
  test("they take the place of pages, survive DONTNEED and fork, and are SIGSEGV", () => {
    const p = processOf();
    write(p, 0, 1);
    expect(advise(p, Madvise.GUARD_INSTALL, 1, 2)).toBe(0);
    expect(show(p)).toMatchObject({ ptes: "W g g -", rss: "(0,1,0)" });
    expect(advise(p, Madvise.DONTNEED)).toBe(0);
    const c = fork(p);
    expect([show(p).ptes, show(c).ptes]).toEqual(["- g g -", "- g g -"]);
    expect([read(c, 1), write(c, 2)]).toEqual(["SEGV", "SEGV"]);
    expect(advise(c, Madvise.GUARD_REMOVE)).toBe(0);
    expect(write(c, 1)).toBe("0");
    expect(show(c)).toMatchObject({ ptes: "- W - -", rss: "(0,1,0)" });
    expect(recount(p, c)).toEqual([]);
  });

  test("N7: a private file mapping that has guard pages is copied, file pages too", () => {
    const p = processOf("v6.18", { file: createFile() });
    read(p, 0);
    expect(show(fork(p)).ptes).toBe("- - - -");
    advise(p, Madvise.GUARD_INSTALL, 3, 1);
    expect(show(fork(p)).ptes).toBe("fc' - - g");
  });

  test("whatever request is refused: -ENOMEM, and nothing is left over", () => {
    const answers: number[] = [];
    for (let nth = 0; nth < 8; nth++) {
      const p = processOf();
      failNth(p.env.sync.gate, nth);
      answers.push(advise(p, Madvise.GUARD_INSTALL, 1, 1));
      expect(recount(p)).toEqual([]);
    }
    // The anon_vma, its link, and a table for each of three levels.
    expect(answers).toEqual([...new Array(5).fill(-Errno.ENOMEM), 0, 0, 0]);
  });

  test("locked memory: -EINVAL", () => {
    const p = processOf("v6.18", { flags: PRIVATE | VmFlag.LOCKED });
    expect(advise(p, Madvise.GUARD_INSTALL)).toBe(-Errno.EINVAL);
  });
});

describe("WIPEONFORK", () => {
  test("is for private memory without a file", () => {
    expect(advise(processOf("v6.18", { file: createFile() }), Madvise.WIPEONFORK)).toBe(
      -Errno.EINVAL,
    );
    expect(advise(processOf("v6.18", { flags: SHARED }), Madvise.WIPEONFORK)).toBe(-Errno.EINVAL);
    expect(advise(processOf(), Madvise.WIPEONFORK)).toBe(0);
  });
});

describe("REMOVE", () => {
  test("pages go from all who map them; copies of one's own stay", () => {
    const file = createFile({ isShmem: true });
    const p = processOf("v6.18", { file, flags: SHARED });
    write(p, 0, 1);
    const c = fork(p);
    read(c, 0);
    expect(advise(p, Madvise.REMOVE, 0, 1)).toBe(0);
    expect([show(p).ptes, show(c).ptes]).toEqual(["- F - -", "- F - -"]);
    expect(file.pages.has(0)).toBe(false);
    expect(recount(p, c)).toEqual([]);
  });

  test("private: -EACCES; no file: -EINVAL", () => {
    const isPrivate = processOf("v6.18", { file: createFile() });
    expect(advise(isPrivate, Madvise.REMOVE)).toBe(-Errno.EACCES);
    expect(advise(processOf(), Madvise.REMOVE)).toBe(-Errno.EINVAL);
  });
});

describe("a write past the end of a file", () => {
  const rows: readonly [KernelName, boolean][] = [
    ["el6", false],
    ["v6.18", true],
  ];
  test.each(rows)("%s: SIGBUS; leaves an anon_vma behind: %s", (kernel, leaves) => {
    const p = processOf(kernel, { file: createFile({ sizePages: 2 }) });
    expect(write(p, 3)).toBe("SIGBUS");
    expect(p.vma.anonVma !== null).toBe(leaves);
    expect(recount(p)).toEqual([]);
  });
});

describe("what a live 6.18 takes, and el6 does not", () => {
  const advised = (kernel: KernelName, advice: number, options: ProcessOptions = {}): number =>
    advise(processOf(kernel, options), advice);

  test("shared memory may be advised to have huge pages, from 4.8 on", () => {
    const shared = (): ProcessOptions => ({ file: createFile({ isShmem: true }), flags: SHARED });
    for (const advice of [Madvise.HUGEPAGE, Madvise.NOHUGEPAGE]) {
      expect(advised("v4.4", advice, shared())).toBe(-Errno.EINVAL);
      expect(advised("v4.14", advice, shared())).toBe(0);
    }
    expect(advised("v6.18", Madvise.HUGEPAGE, { flags: PRIVATE | VmFlag.PFNMAP })).toBe(
      -Errno.EINVAL,
    );
  });

  test("WILLNEED of memory without a file, from 3.9 on", () => {
    expect(advised("el6", Madvise.WILLNEED)).toBe(-Errno.EBADF);
    expect(advised("v3.10", Madvise.WILLNEED)).toBe(0);
  });
});

describe("REMOVE and COLLAPSE, as a live 6.18 takes them", () => {
  test("REMOVE asks whether the mapping may be made writable, from 6.7 on", () => {
    const readOnly = (kernel: KernelName): Process =>
      processOf(kernel, {
        file: createFile({ isShmem: true }),
        flags: SHARED - VmFlag.WRITE,
      });
    expect(advise(readOnly("v6.1"), Madvise.REMOVE)).toBe(-Errno.EACCES);
    expect(advise(readOnly("v6.12"), Madvise.REMOVE)).toBe(0);
  });
});
