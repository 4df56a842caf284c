/** SPEC §4.7/2, §1.5 row 20, D43: reclaim from a nonlinear mapping. */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { clearPte, Pte, pgoffToPteLow, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { MappingTag, makeMapping } from "@forkpath/rmap";
import { KernelBug } from "@forkpath/sync";
import { flagsOf, refsOf, SHARED } from "@forkpath/test-world";
import { access, createFamily } from "@forkpath/test-world/family";
import {
  cellOf,
  type Family,
  frameOf,
  recount,
  show,
  vmaOf,
} from "@forkpath/test-world/family-looks";
import { UNMAP, unmap } from "@forkpath/test-world/family-paths";
import { describe, expect, test } from "vitest";
import { SwapResult, trylockPage, tryToUnmap } from "../../src/internal.ts";

/** A file mapping whose pages were shuffled: entry 0 maps page 1, and the other way round. */
function createShuffled(pages: number): Family {
  const family = createFamily(Array(pages).fill("r").join(" "), { file: "disk", flags: SHARED });
  const vma = vmaOf(family, "P");
  vma.file?.iMmap.delete(vma);
  vma.file?.iMmapNonlinear.add(vma);
  vma.flags |= VmFlag.NONLINEAR;
  swapEntries(family);
  for (let page = 0; page < pages; page++) makeOld(family, page);
  return family;
}

function swapEntries(family: Family): void {
  const { tables } = family.env;
  const [first, second] = [cellOf(family, "P", 0), cellOf(family, "P", 1)];
  const [low, high] = [pteLow(tables, first), pteHigh(tables, first)];
  setPte(tables, first, pteLow(tables, second), pteHigh(tables, second));
  setPte(tables, second, low, high);
}

function makeOld(family: Family, page: number): void {
  const { tables } = family.env;
  const cell = cellOf(family, "P", page);
  setPte(tables, cell, pteLow(tables, cell) & ~Pte.ACCESSED, pteHigh(tables, cell));
}

describe("nonlinear mappings lose whole clusters", () => {
  test("32 entries at once; those out of place remember what they mapped", () => {
    const family = createShuffled(34);
    const page = frameOf(family, "P", 5);
    expect(unmap(family, page)).toBe(SwapResult.SUCCESS);
    const gone = `n n ${Array(30).fill("-").join(" ")}`;
    expect(show(family)).toEqual({ P: `${gone} Fc' Fc' (2,0,0)` });
    expect(pteLow(family.env.tables, cellOf(family, "P", 0))).toBe(pgoffToPteLow(1));
    expect(refsOf(family, page)).toBe("1/0");
    expect(recount(family)).toEqual([]);
  });

  test("each entry goes in a step of its own, under the table's lock", () => {
    const family = createShuffled(2);
    const { env } = family;
    const page = frameOf(family, "P", 0);
    trylockPage(env, page);
    const reclaim = tryToUnmap(env, page, UNMAP);
    env.sync.interleaved = true;
    const steps = [...reclaim].map(({ label }) => label).join(" ");
    expect(steps).toContain("P.pt P._file_rss P._anon_rss P.hiwater_rss P.hiwater_rss pte");
    expect(steps).toContain("pte P._file_rss pte P._file_rss P.pt /data.i_mmap_lock");
  });

  test("the dirty bit goes to its own page, and to no other", () => {
    const family = createShuffled(4);
    access(family, "P", 2, true);
    makeOld(family, 2);
    const [clean, dirty] = [frameOf(family, "P", 3), frameOf(family, "P", 2)];
    unmap(family, clean);
    expect(flagsOf(family, dirty)).toContain("DIRTY");
    expect(flagsOf(family, clean)).not.toContain("DIRTY");
  });

  test("pages that were used a moment ago lose their mark, and stay", () => {
    const family = createShuffled(4);
    access(family, "P", 2, false);
    expect(unmap(family, frameOf(family, "P", 3))).toBe(SwapResult.SUCCESS);
    expect(show(family)).toEqual({ P: "n n Fc' - (1,0,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("an anonymous page in the cluster is a BUG (D43)", () => {
    const family = createShuffled(4);
    const { env } = family;
    const copy = frameOf(family, "P", 2);
    env.map.mapping[copy] = makeMapping(1, MappingTag.ANON);
    expect(() => unmap(family, frameOf(family, "P", 3))).toThrow(KernelBug);
    expect(() => unmap(family, frameOf(family, "P", 3))).toThrow(/i_mmap_lock/); // it keeps its locks
  });

  test("a locked vma is passed by, unless that is to be ignored", () => {
    const family = createShuffled(4);
    vmaOf(family, "P").flags |= VmFlag.LOCKED;
    const page = frameOf(family, "P", 3);
    expect(unmap(family, page, { ...UNMAP, ignoreMlock: false })).toBe(SwapResult.AGAIN);
    expect(show(family)).toEqual({ P: "Fc' Fc' Fc' Fc' (4,0,0)" });
    expect(unmap(family, page)).toBe(SwapResult.SUCCESS);
    expect(show(family)).toEqual({ P: "n n - - (0,0,0)" });
  });

  test("a cluster without a table is passed by; in vain, the next is given up", () => {
    const family = createShuffled(2);
    const vma = vmaOf(family, "P");
    const page = frameOf(family, "P", 0);
    clearPte(family.env.tables, cellOf(family, "P", 0));
    vma.start = (vma.start - PAGE_SIZE) as typeof vma.start;
    expect(unmap(family, page)).toBe(SwapResult.AGAIN);
    expect(show(family)).toEqual({ P: "- n (1,0,0)" });
  });
});
