/**
 * The recorded data agrees with itself: those invariants of SCHEMA.md that need no model.
 * Whoever edits a data file by mistake learns it here.
 */
import { describe, expect, test } from "vitest";
import { type ForkVector, loadCounters, loadVectors } from "../src/index.ts";

const forks = loadVectors().filter((vector): vector is ForkVector => vector.kind === "fork");

/** Types 0 to 29 of a swap-like entry count as swap: hwpoison does, migration does not. */
function isCountedAsSwap(pte: string): boolean {
  const bits = BigInt(pte);
  const isPresent = (bits & 0x101n) !== 0n; // PRESENT, or PROT_NONE's GLOBAL
  const isFile = (bits & 0x40n) !== 0n;
  return !isPresent && !isFile && ((bits >> 1n) & 0x1fn) <= 29n;
}

/** `rss file+3 anon-1 swap+0`, as [3, -1, 0]. */
const deltasOf = (event: string): readonly number[] =>
  event.match(/[+-]\d+/g)?.map((number) => Number(number)) ?? [];

const ACCESSED = 0x20n;

describe("fork vectors", () => {
  test("invariant 3: swapUsage is the number of the child's swap-like entries", () => {
    for (const { id, expect: after } of forks) {
      const swapLike = after.childPtes.filter(({ pte }) => isCountedAsSwap(pte)).length;
      expect([id, after.counters.swapUsage]).toEqual([id, swapLike]);
    }
  });

  test("invariant 5: a present child entry has no bit that the parent's lacks, and is old", () => {
    for (const { id, parent, expect: after } of forks) {
      const parentPte = new Map(parent.ptes.map(({ addr, pte }) => [addr, BigInt(pte)]));
      const present = after.childPtes.filter(({ pte }) => (BigInt(pte) & 0x101n) !== 0n);
      const odd = present.filter(({ addr, pte }) => {
        const added = BigInt(pte) & ~(parentPte.get(addr) ?? 0n);
        return added !== 0n || (BigInt(pte) & ACCESSED) !== 0n;
      });
      expect([id, odd]).toEqual([id, []]);
    }
  });

  test("invariant 6: every table of the child was allocated, and nrPtes are the pte tables", () => {
    for (const { id, expect: after } of forks) {
      const { pud, pmd, pte } = after.tables;
      expect([id, after.nrPtes]).toEqual([id, pte]);
      expect(after.allocs, id).toBeGreaterThanOrEqual(pud + pmd + pte);
    }
  });

  test("invariant 7: the rss events add up to the child's counters, failures included", () => {
    const traced = forks.filter(({ expect: after }) => after.events !== undefined);
    for (const { id, expect: after } of traced) {
      const sum = [0, 0, 0];
      for (const event of after.events?.filter((line) => line.startsWith("rss ")) ?? []) {
        for (const [index, delta] of deltasOf(event).entries()) sum[index] += delta;
      }
      const { fileRss, anonRss, swapUsage } = after.counters;
      expect([id, sum]).toEqual([id, [fileRss, anonRss, swapUsage]]);
    }
    expect(traced.length).toBe(373);
  });

  test("invariant 8: a child that has gone has counters and tables no more", () => {
    const exits = forks.flatMap(({ expect: after }) => after.afterChildExit ?? []);
    expect(exits).toHaveLength(108);
    for (const { counters, nrPtes } of exits) {
      expect([counters, nrPtes]).toEqual([{ fileRss: 0, anonRss: 0, swapUsage: 0 }, 0]);
    }
  });
});

describe("interleaving tables", () => {
  test.each(loadCounters().interleavings)("$name, split=$splitPtlocks, adds up", (table) => {
    const endings = Object.entries(table.finals).map(([final, times]) => ({ final, times }));
    const times = (list: typeof endings): number => list.reduce((sum, one) => sum + one.times, 0);
    const wrong = endings.filter(({ final }) => Number(final) !== table.serialResult);
    expect([times(endings), times(wrong)]).toEqual([table.interleavings, table.wrong]);
    expect(table.rows).toHaveLength(table.complete ? table.interleavings : 24);
    for (const row of table.rows) expect(row.lost).toBe(table.serialResult - row.final);
  });
});
