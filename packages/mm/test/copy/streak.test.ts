/**
 * Streaks of frames are copied all at once: with the same outcome, bit for bit, as one entry at a
 * time, which is how an interleaved machine copies (SPEC §6.10).
 *
 *    parent   W W W W W W W W W W      frames 3 4 5 6 7 8 9 10 11 12
 *    child    - - - - - - - - - -
 *                     fork
 *    parent   r r r r r r r r r r      each page 2/2, and 10 more anonymous pages for the child
 *    child    r'r'r'r'r'r'r'r'r'r'
 */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { findPteCell, NO_CELL, Pte, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { growMemMap } from "@forkpath/rmap/internal";
import { PRIVATE, runOn, SHARED } from "@forkpath/test-world";
import { draw, refs, show, type World } from "@forkpath/test-world/tables";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyPageRange, type MmStruct } from "../../src/index.ts";

const repeat = (letter: string, times: number): string => Array(times).fill(letter).join(" ");

const fork = ({ env, dst, src, vma }: World): number =>
  runOn(env, copyPageRange(env, dst, src, vma));

/** Both words of every entry of the vma. */
function wordsOf({ env: { tables }, vma }: World, mm: MmStruct): string[] {
  const words: string[] = [];
  for (let addr = vma.start; addr < vma.end; addr = virtAddr(addr + PAGE_SIZE)) {
    const cell = findPteCell(tables, mm.pgd, addr);
    const isThere = cell !== NO_CELL;
    words.push(isThere ? `${pteHigh(tables, cell)}:${pteLow(tables, cell)}` : "no table");
  }
  return words;
}

/** All that a copy may change. */
const outcome = (world: World): unknown => ({
  pictures: show(world),
  refs: refs(world),
  parent: wordsOf(world, world.src),
  child: wordsOf(world, world.dst),
});

describe("ten pages in ten frames", () => {
  test.each([
    { was: "W", flags: PRIVATE, parent: "r", child: "r'", rss: "(0,10,0)", counts: "2/2" },
    { was: "r", flags: PRIVATE, parent: "r", child: "r'", rss: "(0,10,0)", counts: "2/2" },
    { was: "F", flags: SHARED, parent: "F", child: "Fc'", rss: "(10,0,0)", counts: "3/2" },
  ])("$was becomes $parent and $child", ({ was, flags, parent, child, rss, counts }) => {
    const world = draw(repeat(was, 10), { flags });
    expect(fork(world)).toBe(0);
    expect(show(world)).toEqual({ parent: repeat(parent, 10), child: repeat(child, 10), rss });
    expect(refs(world)).toBe(repeat(counts, 10));
  });

  test("of both kinds, side by side with the same bits", () => {
    const world = draw(`${repeat("r", 6)} ${repeat("f", 6)}`);
    expect(fork(world)).toBe(0);
    expect(show(world).rss).toBe("(6,6,0)");
  });
});

/** Maps the vma to one frame after the other, from `first` on. */
function mapFrames({ env, src, vma }: World, first: number, flags: number): void {
  for (let addr = vma.start; addr < vma.end; addr = virtAddr(addr + PAGE_SIZE)) {
    const frame = first + (addr - vma.start) / PAGE_SIZE;
    const cell = findPteCell(env.tables, src.pgd, addr);
    setPte(env.tables, cell, ((frame << 12) | Pte.PRESENT | Pte.USER | flags) >>> 0, 0);
  }
}

describe("frames in a row, and no streak", () => {
  test("raw frames have no pages to count, though there be some (§4.6)", () => {
    const world = draw(repeat("W", 10));
    mapFrames(world, world.frames[0], Pte.RW | Pte.SPECIAL);
    expect(fork(world)).toBe(0);
    expect(show(world)).toMatchObject({ child: repeat("pc'", 10), rss: "(0,0,0)" });
    expect(refs(world)).toBe(repeat("1/1", 10));
  });

  test("frames that lead out of the memory map are looked at one by one (§4.6 row 2)", () => {
    const world = draw(repeat("W", 10));
    const { map } = world.env;
    const last = map.highestMemmapPfn;
    growMemMap(map, last);
    for (let frame = last - 4; frame <= last; frame++) map.mapcount[frame] = map.count[frame] = 1;
    mapFrames(world, last - 4, 0);
    expect(fork(world)).toBe(0);
    expect(show(world).rss).toBe("(5,0,0)"); // without an owner a page counts as a file's
    expect(map.mapcount[last]).toBe(2);
  });
});

const LETTERS = ["W", "r", "f", "F", "z", "p", "s", "m", "-"] as const;

test("any row of streaks: as one entry at a time", () => {
  const part = fc.tuple(fc.constantFrom(...LETTERS), fc.integer({ min: 1, max: 24 }));
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(PRIVATE, SHARED),
      fc.boolean(),
      (parts, flags, isPolled) => {
        const picture = parts.map(([letter, times]) => repeat(letter, times)).join(" ");
        const [quick, slow] = [draw(picture, { flags }), draw(picture, { flags })];
        if (isPolled) quick.env.sync.needResched = () => true;
        slow.env.sync.interleaved = true;
        expect([fork(quick), fork(slow)]).toEqual([0, 0]);
        expect(outcome(quick)).toEqual(outcome(slow));
      },
    ),
    { numRuns: 150, seed: 20_261_123 },
  );
});
