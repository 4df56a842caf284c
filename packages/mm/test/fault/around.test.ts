/** Fault-around: which neighbours a read maps (L16, recorded as t05 and by the table of L16). */
import { type KernelName, rulesOf } from "@forkpath/abi";
import { counterRules } from "@forkpath/counters";
import { allocFrame, PageFlag } from "@forkpath/rmap";
import { PRIVATE, recount, SHARED } from "@forkpath/test-world";
import { createFile, createProcess } from "@forkpath/test-world/process";
import { read, write } from "@forkpath/test-world/process-calls";
import { type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { type MappedFile, mmRules } from "../../src/index.ts";
import { addToPageCache, dropPage } from "../../src/internal.ts";

const SLOT = 0x40_0000_0000;

interface Setup {
  readonly kernel?: KernelName;
  readonly flags?: number;
  readonly pages?: number;
  readonly isShmem?: boolean;
}

/** A file of 64 pages, all in the cache, and a mapping of it. */
function mapped({
  kernel = "v6.18",
  flags = PRIVATE,
  pages = 64,
  isShmem = false,
}: Setup): Process {
  const file: MappedFile = createFile({ isShmem, sizePages: 64 });
  const p = createProcess({
    pages,
    flags,
    file,
    rules: rulesOf(mmRules, kernel),
    counterRules: rulesOf(counterRules, kernel),
  });
  for (let page = 0; page < 64; page++) {
    const pfn = allocFrame(p.env.map);
    addToPageCache(p.env, file, page, pfn);
    dropPage(p.env, pfn);
  }
  return p;
}

/** The pages that are mapped, as runs. */
const runs = (p: Process): string => {
  const letters = show(p)
    .ptes.split(" ")
    .map((sign) => sign !== "-");
  const found: string[] = [];
  for (let page = 0; page < letters.length; page++) {
    const from = page;
    while (letters[page]) page++;
    if (page > from) found.push(`${from}..${page - 1}`);
  }
  return found.join(" ");
};

describe("which pages come along", () => {
  test("16, from the aligned 64 kB on; a second read fills its own window", () => {
    const p = mapped({});
    expect(read(p, 20)).toBe("NOPAGE");
    expect(runs(p)).toBe("16..31");
    expect(show(p).rss).toBe("(16,0,0)");
    read(p, 3);
    expect(runs(p)).toBe("0..31");
    expect(recount(p)).toEqual([]);
  });

  test("el6 and 3.10 map one page", () => {
    for (const kernel of ["el6", "v3.10"] as const) {
      const p = mapped({ kernel });
      read(p, 20);
      expect(runs(p)).toBe("20..20");
    }
  });

  test("the end of the area ends it", () => {
    const p = mapped({ pages: 20 });
    read(p, 19);
    expect(runs(p)).toBe("16..19");
  });

  test("pages that are locked, bad or not cached are passed over", () => {
    const p = mapped({});
    const { file } = p.vma;
    const { flags } = p.env.map;
    const pfn = (page: number): number => file?.pages.get(page) ?? 0;
    flags[pfn(1)] |= PageFlag.LOCKED;
    flags[pfn(2)] |= PageFlag.HWPOISON;
    p.env.map.count[pfn(2)]++; // what went bad is never given back
    read(p, 0);
    expect(runs(p)).toBe("0..0 3..15");
    flags[pfn(1)] &= ~PageFlag.LOCKED;
  });

  test("past the end of the file: SIGBUS, and yet the neighbours are there", () => {
    const p = mapped({});
    if (p.vma.file !== null) p.vma.file.sizePages = 8;
    expect(read(p, 9)).toBe("SIGBUS");
    expect(runs(p)).toBe("0..7");
  });

  test("with none in the file, no table is made for the SIGBUS", () => {
    const p = mapped({});
    if (p.vma.file !== null) p.vma.file.sizePages = 0;
    expect(read(p, 9)).toBe("SIGBUS");
    expect(p.mm.nrPtes).toBe(0);
  });

  test("a write fault brings its own page alone", () => {
    const p = mapped({ flags: SHARED });
    write(p, 20);
    expect(runs(p)).toBe("20..20");
  });
});

describe("a page that is dirty already, mapped writable by a read", () => {
  const rows: readonly [KernelName, string][] = [
    ["v6.1", "Fc Fc"],
    ["v6.18", "F Fc"],
  ];
  test.each(rows)("%s: %s", (kernel, signs) => {
    const p = mapped({ kernel, flags: SHARED, isShmem: true });
    p.env.map.flags[p.vma.file?.pages.get(0) ?? 0] |= PageFlag.DIRTY;
    read(p, 0);
    expect(show(p).ptes.slice(0, signs.length)).toBe(signs);
    expect(p.vma.start).toBe(SLOT);
  });
});
