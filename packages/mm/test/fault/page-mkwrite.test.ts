/** SPEC §9.6/9 to 11, §9.7/3: a file system is asked before a shared page is written. */
import { pfn as toPfn } from "@forkpath/abi";
import { Pte } from "@forkpath/page-table";
import { NO_PFN, PageFlag } from "@forkpath/rmap";
import { recount, run, SHARED } from "@forkpath/test-world";
import { createFile, createProcess } from "@forkpath/test-world/process";
import { fault, read, write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { at, codeNames, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { VmFault, zapPageRange } from "../../src/index.ts";
import { removeFromPageCache, trylockPage } from "../../src/internal.ts";

/** A shared mapping of a file whose file system answers as told. */
function withMkwrite(answer: (p: Process, pfn: number) => number): Process {
  const p = createProcess({ file: createFile(), flags: SHARED });
  p.vma.ops = {
    ...p.vma.ops,
    *pageMkwrite(env, _vma, pfn) {
      if (env.sync.interleaved) yield env.ptePoint;
      return answer(p, pfn);
    },
  };
  return p;
}

/** The same, with page 0 mapped but not writable. */
function withReadOnlyPage(answer: (p: Process, pfn: number) => number): Process {
  const p = withMkwrite(answer);
  read(p, 0);
  setEntry(p, 0, entry(p, 0) & ~BigInt(Pte.RW));
  return p;
}

/** The file is truncated while it is asked. */
function truncated({ env, vma }: Process): number {
  if (vma.file !== null) removeFromPageCache(env, vma.file, 0);
  return 0;
}

describe("at the first fault on the page (SPEC §9.7/3)", () => {
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
    const p = withMkwrite(truncated);
    expect(fault(p, 0, true)).toBe("0");
    expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
    expect(recount(p)).toEqual([]);
  });
});

describe("at the first write to a mapped page (SPEC §9.6/9 to 11)", () => {
  test.each([VmFault.SIGBUS, VmFault.OOM, VmFault.NOPAGE])(
    "row 9: what page_mkwrite says instead is the answer: 0x%s",
    (code) => {
      const p = withReadOnlyPage(() => code);
      const before = show(p);
      expect(fault(p, 0, true)).toBe(codeNames(code));
      expect(show(p)).toEqual(before);
      expect(recount(p)).toEqual([]);
    },
  );

  test("row 10: truncated while it was asked: 0, and the entry is as it was", () => {
    const p = withReadOnlyPage(truncated);
    expect(fault(p, 0, true)).toBe("0");
    expect(show(p)).toEqual({ ptes: "fc - - -", rss: "(1,0,0)", pages: "1/1" });
  });

  test("row 10: the entry changed while it was asked: 0, and nothing is locked or held", () => {
    const p = withReadOnlyPage((process) => {
      run(zapPageRange(process.env, process.vma, at(process, 0), at(process, 1)));
      return 0;
    });
    expect(fault(p, 0, true)).toBe("0");
    expect(show(p)).toEqual({ ptes: "- - - -", rss: "(0,0,0)", pages: "" });
    const pfn = p.vma.file?.pages.get(0) ?? NO_PFN;
    expect([p.env.map.count[pfn], p.env.map.flags[pfn] & PageFlag.LOCKED]).toEqual([1, 0]);
  });

  test.each([
    ["unlocked", 0],
    ["locked", VmFault.LOCKED],
  ])("row 11: page_mkwrite agrees, and leaves the page %s", (_how, code) => {
    const p = withReadOnlyPage(({ env }, pfn) => {
      if (code !== 0) trylockPage(env, toPfn(pfn));
      return code;
    });
    expect(fault(p, 0, true)).toBe("WRITE");
    expect(show(p)).toEqual({ ptes: "F - - -", rss: "(1,0,0)", pages: "2/1" });
    const { flags } = p.env.map;
    expect(flags[framesOf(p)[0]] & (PageFlag.LOCKED | PageFlag.DIRTY)).toBe(PageFlag.DIRTY);
    expect(recount(p)).toEqual([]);
  });
});
