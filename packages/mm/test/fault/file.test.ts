import { PAGE_SIZE, rulesOf, VmFlag } from "@forkpath/abi";
import { pgoffToPteLow } from "@forkpath/page-table";
import { allocFrame, linearPageIndex, NO_PFN, PageFlag } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { addVma, PRIVATE, PRIVATE_READ, recount, run, SHARED, START } from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { fault, read, unmapAll, write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { codeNames, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { mmRules, touch, VmFault, type VmOps } from "../../src/index.ts";
import { lruAddDrainAll } from "../../src/internal.ts";

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
  /**
   * A mapping whose fault hands out one page of its own, with `code`; no page if it is an error.
   */
  function withFault(code: number, flags = SHARED, pageFlags: number = PageFlag.LRU): Process {
    const ops: VmOps = {
      *fault(env) {
        if (env.sync.interleaved) yield env.ptePoint;
        if (code & ~VmFault.LOCKED) return { pfn: NO_PFN, code };
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

test.each(["el6", "v6.1", "v6.18"] as const)(
  "%s: whatever request of a fault is refused, nothing is left over",
  (kernel) => {
    const rules = rulesOf(mmRules, kernel);
    for (const isWrite of [true, false]) {
      let refused = 0;
      for (let nth = 0; nth < 12; nth++) {
        const file = createFile();
        const p = createProcess({ rules, file });
        read(p, 7); // another page of the file, and all that an area needs once
        unmapAll(p);
        failNth(p.env.sync.gate, nth);
        const code = fault(p, 0, isWrite);
        if (!code.includes("OOM")) continue;
        refused++;
        expect(show(p)).toMatchObject({ ptes: "- - - -", rss: "(0,0,0)" });
        lruAddDrainAll(p.env); // a batch holds its pages
        const counts = [...file.pages.values()].map((page) => p.env.map.count[page]);
        expect(counts, `${nth}`).toEqual(counts.map(() => 1));
        expect(recount(p)).toEqual([]);
      }
      expect(refused).toBeGreaterThan(0);
    }
  },
);
