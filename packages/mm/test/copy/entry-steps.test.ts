/** fork and unmap with others running in between: what those can see (SPEC Appendix C). */
import { addMmRssNow, MmCounter, peekCounterSigned } from "@forkpath/counters";
import { createThread, type KernelThread } from "@forkpath/sync";
import { draw, lettersOf, type World } from "@forkpath/test-world/tables";
import { expect, test } from "vitest";
import { copyPageRange, type MmStruct, type Vma, zapPageRange } from "../../src/index.ts";

/** Four pages, none of them counted yet, and one page-table lock for each address space. */
const createWorld = (): World => draw("W W - W W", { splitPtlocks: false });

/** Pictures of `mm` as they follow each other while `start`'s thread is stepped through. */
function watch(world: World, mm: MmStruct, start: () => KernelThread<unknown>): string[] {
  const { sync } = world.env;
  sync.interleaved = true;
  sync.current = createThread(1, "T");
  const pictures = [lettersOf(world, mm)];
  for (const thread = start(); !thread.next().done; ) {
    const picture = lettersOf(world, mm);
    if (picture !== pictures.at(-1)) pictures.push(picture);
    if (mm.pageTableLock.holder === null) {
      // Whoever gets the lock finds all entries counted.
      expect(peekCounterSigned(mm.counters, MmCounter.ANON_RSS)).toBe(pagesIn(picture));
    }
  }
  return pictures;
}

const pagesIn = (picture: string): number => picture.match(/[Wr]/g)?.length ?? 0;

test("fork copies an entry a step, and counts them before the child's lock goes", () => {
  const world = createWorld();
  const { env, src, dst, vma } = world;
  const fork = (): KernelThread<number> => copyPageRange(env, dst, src, vma);
  expect(watch(world, dst, fork)).toEqual([
    "- - - - -",
    "r' - - - -",
    "r' r' - - -",
    "r' r' - r' -",
    "r' r' - r' r'",
  ]);
});

test("unmap clears an entry a step, and counts them before the lock goes", () => {
  const world = createWorld();
  const { env, src, vma } = world;
  addMmRssNow(env.sync, src.counters, 0, 4, 0);
  const area = { ...vma, mm: src, pgoff: 0 } as unknown as Vma;
  expect(watch(world, src, () => zapPageRange(env, area, vma.start, vma.end))).toEqual([
    "W W - W W",
    "- W - W W",
    "- - - W W",
    "- - - - W",
    "- - - - -",
  ]);
});
