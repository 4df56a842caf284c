import { PAGE_SIZE, pfn as toPfn, VmFlag } from "@forkpath/abi";
import { pgoffToPteLow } from "@forkpath/page-table";
import { allocFrame, getPage, linearPageIndex, PageFlag } from "@forkpath/rmap";
import { failNth, runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  dropPage,
  handleMmFault,
  removeFromPageCache,
  touch,
  truncateInodePages,
  VmFault,
  type VmOps,
} from "../src/index.ts";
import { addVma, PRIVATE, PRIVATE_READ, run, SHARED, START } from "./world/machine.ts";
import {
  at,
  codeNames,
  createFile,
  createProcess,
  entry,
  fault,
  fork,
  framesOf,
  type Process,
  read,
  setEntry,
  show,
  unmapAll,
  write,
} from "./world/process.ts";
import { recount } from "./world/recount.ts";
import { stepper } from "./world/stepper.ts";

const isDirty = (p: Process, page: number): boolean =>
  (p.env.map.flags[framesOf(p)[page]] & PageFlag.DIRTY) !== 0;

describe("a fault in a file's mapping (SPEC §9.7)", () => {
  test("a read maps the cache's page, whatever the mapping; a second one of it is minor", () => {
    for (const flags of [PRIVATE_READ, PRIVATE, SHARED]) {
      const p = createProcess({ file: createFile(), flags });
      expect(read(p, 0)).toBe("MAJOR");
      const letter = flags === SHARED ? "Fc" : "fc"; // a shared entry may be written to at once
      expect(show(p)).toEqual({ ptes: `${letter} - - -`, rss: "(1,0,0)", pages: "2/1" });
      unmapAll(p);
      expect(read(p, 0)).toBe("0");
      expect(recount(p)).toEqual([]);
    }
  });

  test("a write to a private mapping copies at once, and leaves the file's page unmapped", () => {
    const p = createProcess({ file: createFile() });
    expect(write(p, 0)).toBe("MAJOR");
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    expect(p.vma.file?.pages.size).toBe(1);
    expect(recount(p)).toEqual([]);
  });

  test("a write to a shared mapping maps the page writable, and dirties it", () => {
    const p = createProcess({ file: createFile(), flags: SHARED });
    expect(write(p, 0)).toBe("MAJOR");
    expect(show(p)).toEqual({ ptes: "F - - -", rss: "(1,0,0)", pages: "2/1" });
    expect(isDirty(p, 0)).toBe(true);
    expect(recount(p)).toEqual([]);
  });

  test("in a locked mapping, the copy takes the mlock mark off the file's page", () => {
    const p = createProcess({ file: createFile(), flags: PRIVATE | VmFlag.LOCKED });
    read(p, 0);
    const [page] = framesOf(p);
    unmapAll(p);
    const { flags } = p.env.map;
    flags[page] |= PageFlag.MLOCKED | PageFlag.UNEVICTABLE;
    write(p, 0);
    expect(flags[page] & (PageFlag.MLOCKED | PageFlag.UNEVICTABLE)).toBe(0);
    expect(flags[framesOf(p)[0]] & PageFlag.MLOCKED).not.toBe(0);
  });

  test("shared memory counts as a file, and is never read from disk (D33)", () => {
    const p = createProcess({ file: createFile({ isShmem: true }), flags: SHARED });
    expect([write(p, 0), read(p, 1)]).toEqual(["0", "0"]);
    expect(show(p).rss).toBe("(2,0,0)");
    expect(p.env.map.flags[framesOf(p)[0]] & PageFlag.SWAPBACKED).not.toBe(0);
  });

  test("past the end of the file there is no page", () => {
    const p = createProcess({ file: createFile({ sizePages: 2 }) });
    expect([read(p, 1), read(p, 2), write(p, 3)]).toEqual(["MAJOR", "SIGBUS", "SIGBUS"]);
    expect(show(p)).toEqual({ ptes: "- fc - -", rss: "(1,0,0)", pages: "2/1" });
  });

  test("B8: a child of a shared mapping starts with nothing, and finds the pages in the cache", () => {
    const p = createProcess({ file: createFile(), flags: SHARED });
    write(p, 0, 1, 2, 3);
    const c = fork(p);
    expect([show(p).rss, show(c).rss]).toEqual(["(4,0,0)", "(0,0,0)"]);
    expect(read(c, 2)).toBe("0");
    expect(show(c)).toEqual({ ptes: "- - Fc -", rss: "(1,0,0)", pages: "3/2" });
    expect(recount(p, c)).toEqual([]);
  });

  test("a mapping that starts inside the file finds its own pages", () => {
    const p = createProcess({ file: createFile() });
    const second = addVma(p, START + 8 * PAGE_SIZE, 2, PRIVATE, { ...p.vma });
    second.pgoff = 5;
    expect(codeNames(run(touch(p.env, p.mm, second.start, false)))).toBe("MAJOR");
    expect([...(p.vma.file?.pages.keys() ?? [])]).toEqual([5]);
    expect(linearPageIndex(second, second.start)).toBe(5);
  });
});

describe("a nonlinear mapping (SPEC §9.2, §2.7)", () => {
  const FILE_PTE = BigInt(pgoffToPteLow(5));

  test("the entry says which page of the file it is", () => {
    const p = createProcess({ file: createFile(), flags: SHARED | VmFlag.NONLINEAR });
    read(p, 1); // makes the tables
    setEntry(p, 0, FILE_PTE);
    expect(show(p).ptes).toBe("n Fc - -");
    expect(read(p, 0)).toBe("MAJOR");
    expect(p.vma.file?.pages.get(5)).toBe(framesOf(p)[0]);
    expect(show(p)).toEqual({ ptes: "Fc Fc - -", rss: "(2,0,0)", pages: "2/1 2/1" });
    expect(recount(p)).toEqual([]);
  });

  test("such an entry in any other mapping is reported: SIGBUS", () => {
    const p = createProcess({ file: createFile(), flags: SHARED });
    read(p, 1);
    setEntry(p, 0, FILE_PTE);
    expect(read(p, 0)).toBe("SIGBUS");
    expect(p.env.badPtes).toBe(1);
    expect(entry(p, 0)).toBe(FILE_PTE);
  });
});

describe("what the mapping's fault may answer (SPEC §9.7/1)", () => {
  /** A mapping whose fault hands out one page of its own, with `code`; no page if it is an error. */
  function withFault(code: number, flags = SHARED, pageFlags: number = PageFlag.LRU): Process {
    const ops: VmOps = {
      *fault(env) {
        if (env.sync.interleaved) yield env.ptePoint;
        if (code & ~VmFault.LOCKED) return { pfn: -1, code };
        const pfn = allocFrame(env.map);
        env.map.flags[pfn] |= pageFlags | (code & VmFault.LOCKED ? PageFlag.LOCKED : 0);
        return { pfn, code };
      },
    };
    return createProcess({ ops, flags });
  }

  test.each([VmFault.OOM, VmFault.SIGBUS, VmFault.HWPOISON, VmFault.NOPAGE, VmFault.RETRY])(
    "code 0x%s is passed on, and nothing is mapped",
    (code) => {
      const p = withFault(code);
      expect(fault(p, 0, true)).toBe(codeNames(code));
      expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
      expect(recount(p)).toEqual([]);
    },
  );

  test.each([0, VmFault.LOCKED])(
    "a page, with code 0x%s: it ends up mapped and unlocked",
    (code) => {
      const p = withFault(code);
      expect(fault(p, 0, false)).toBe("0");
      expect(show(p)).toEqual({ ptes: "Fc - - -", rss: "(1,0,0)", pages: "1/1" });
      expect(p.env.map.flags[framesOf(p)[0]] & PageFlag.LOCKED).toBe(0);
    },
  );

  test.each([0, VmFault.LOCKED])("a page that went bad, with code 0x%s, is let go", (code) => {
    const p = withFault(code, SHARED, PageFlag.HWPOISON);
    const inUse = p.env.map.framesInUse;
    expect(fault(p, 0, false)).toBe("HWPOISON");
    expect(p.env.map.framesInUse).toBe(inUse);
  });

  test("a page of the cache that went bad is HWPOISON", () => {
    const p = createProcess({ file: createFile(), flags: SHARED });
    read(p, 0);
    const [page] = framesOf(p);
    unmapAll(p);
    p.env.map.flags[page] |= PageFlag.HWPOISON;
    expect([read(p, 0), write(p, 0)]).toEqual(["HWPOISON", "HWPOISON"]);
    expect([p.env.map.count[page], p.env.map.flags[page] & PageFlag.LOCKED]).toEqual([1, 0]);
    expect(recount(p)).toEqual([]);
  });
});

describe("page_mkwrite at the first fault (SPEC §9.7/3)", () => {
  function withMkwrite(answer: (p: Process) => number): Process {
    const p = createProcess({ file: createFile(), flags: SHARED });
    p.vma.ops = {
      ...p.vma.ops,
      *pageMkwrite(env) {
        if (env.sync.interleaved) yield env.ptePoint;
        return answer(p);
      },
    };
    return p;
  }

  test("it is asked for a write, not for a read", () => {
    const asked: string[] = [];
    const p = withMkwrite((process) => {
      asked.push(show(process).ptes);
      return 0;
    });
    expect([read(p, 0), write(p, 1)]).toEqual(["MAJOR", "MAJOR"]);
    expect(asked).toEqual(["Fc - - -"]);
    expect(show(p)).toEqual({ ptes: "Fc F - -", rss: "(2,0,0)", pages: "2/1 2/1" });
    expect(recount(p)).toEqual([]);
  });

  test.each([VmFault.SIGBUS, VmFault.NOPAGE])("its 0x%s is the answer", (code) => {
    const p = withMkwrite(() => code);
    expect(fault(p, 0, true)).toBe(codeNames(code));
    expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
    expect(recount(p)).toEqual([]);
  });

  test("truncated while it was asked: 0, and nothing is mapped", () => {
    const p = withMkwrite(({ env, vma }) => {
      if (vma.file !== null) removeFromPageCache(env, vma.file, 0);
      return 0;
    });
    expect(fault(p, 0, true)).toBe("0");
    expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
    expect(recount(p)).toEqual([]);
  });
});

describe("no memory (SPEC §9.7/2)", () => {
  test.each([
    ["the page to read into", 3, 0],
    ["the avc", 4, 1],
    ["the anon_vma", 5, 1],
    ["the copy", 6, 1],
  ])("for %s: OOM, and only the page cache may have grown", (_what, index, cached) => {
    const p = createProcess({ file: createFile() });
    failNth(p.env.sync.gate, index); // the first three are the tables
    expect(write(p, 0)).toBe("OOM");
    expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
    expect(p.vma.file?.pages.size).toBe(cached);
    expect(recount(p)).toEqual([]);
    expect(write(p, 0)).toBe(cached === 1 ? "0" : "MAJOR");
  });
});

describe.each([true, false])("races, split page-table locks: %s", (splitPtlocks) => {
  const ptl = splitPtlocks ? "P.pt" : "P.mm";

  test.each([
    ["a read", false, SHARED],
    ["a write to a copy", true, PRIVATE],
    ["a shared write", true, SHARED],
  ])("%s that finds the entry taken drops its page", (_what, isWrite, flags) => {
    const p = createProcess({ file: createFile(), flags, splitPtlocks });
    write(p, 1);
    read(p, 0);
    unmapAll(p);
    const slow = stepper(p.env, "S", () => handleMmFault(p.env, p.vma, at(p, 0), isWrite));
    slow.until(ptl);
    const [page] = [...(p.vma.file?.pages.values() ?? [])].slice(-1);
    p.env.map.flags[page] &= ~PageFlag.LOCKED; // so that another thread gets past it
    stepper(p.env, "Q", () => handleMmFault(p.env, p.vma, at(p, 0), isWrite)).finish();
    p.env.map.flags[page] |= PageFlag.LOCKED;
    const before = show(p);
    expect(slow.finish()).toBe(0);
    expect(show(p).ptes).toBe(before.ptes);
    expect(recount(p)).toEqual([]);
  });

  test("two readers of one page of the file: one reads it in, both map it", () => {
    const file = createFile();
    const p = createProcess({ file, flags: SHARED, splitPtlocks });
    write(p, 1);
    const c = fork(p);
    const slow = stepper(p.env, "S", () => handleMmFault(p.env, p.vma, at(p, 0), false));
    slow.until("alloc");
    slow.until("pte"); // has its own page, and is about to put it in the cache
    const quick = stepper(p.env, "Q", () => handleMmFault(p.env, c.vma, at(c, 0), false));
    expect(codeNames(quick.finish())).toBe("MAJOR");
    expect(codeNames(slow.finish())).toBe("MAJOR");
    expect(framesOf(p)[0]).toBe(framesOf(c)[0]);
    expect(recount(p, c)).toEqual([]);
  });
});

test("a page that left the cache while truncation waited for it is not taken out twice", () => {
  const file = createFile();
  const p = createProcess({ file, flags: SHARED });
  read(p, 0);
  unmapAll(p);
  const page = toPfn(file.pages.get(0) ?? -1);
  p.env.map.flags[page] |= PageFlag.LOCKED;
  const truncation = truncateInodePages(p.env, file, 0);
  truncation.next(); // waits for the page lock
  removeFromPageCache(p.env, file, 0);
  p.env.map.flags[page] &= ~PageFlag.LOCKED;
  run(truncation);
  expect([file.pages.size, p.env.map.count[page]]).toEqual([0, 0]);
  expect(recount(p)).toEqual([]);
});

describe("truncation meets a fault that has found the page (SPEC §9.7)", () => {
  test("the page left the file: the fault looks again, and finds the end", () => {
    const file = createFile();
    const p = createProcess({ file, flags: SHARED });
    read(p, 0, 1);
    unmapAll(p);
    const page = toPfn(file.pages.get(0) ?? -1);
    getPage(p.env.map, page);
    p.env.map.flags[page] |= PageFlag.LOCKED;
    const thread = handleMmFault(p.env, p.vma, at(p, 0), false);
    const wait = thread.next(); // waits for the page lock
    expect(wait.done ? "" : wait.value.label).toBe(`page ${page}`);
    p.env.map.flags[page] &= ~PageFlag.LOCKED;
    file.sizePages = 0;
    run(truncateInodePages(p.env, file, 0));
    expect(codeNames(runToCompletion(thread))).toBe("SIGBUS");
    expect(p.env.map.flags[page] & PageFlag.LOCKED).toBe(0);
    dropPage(p.env, page);
    expect(recount(p)).toEqual([]);
  });
});
