/** Addresses taken apart and stepped through (SPEC §2.1, §2.5). */
import { type VirtAddr, virtAddr } from "@forkpath/abi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as pt from "../src/index.ts";
import { ENTRY_SPAN } from "../src/internal.ts";

const TOP = 2 ** 47;
const address = fc.integer({ min: 0, max: TOP - 1 }).map(virtAddr);
const range = fc
  .tuple(fc.integer({ min: 0, max: TOP }), fc.integer({ min: 0, max: TOP }))
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ addr: virtAddr(Math.min(a, b)), end: virtAddr(Math.max(a, b)) }));

/** SPEC §2.5 as it is written, in unsigned 64-bit arithmetic. */
function specAddrEnd(addr: number, end: number, size: bigint): number {
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
  const boundary = wrap(BigInt(addr) + size) & ~(size - 1n);
  return Number(wrap(boundary - 1n) < wrap(BigInt(end) - 1n) ? boundary : BigInt(end));
}

describe("indices", () => {
  test("the top page of user space is the last entry but one, below three last ones", () => {
    const top: VirtAddr = virtAddr(0x7fffffffe000);
    expect([pt.pgdIndex(top), pt.pudIndex(top), pt.pmdIndex(top), pt.pteIndex(top)]).toEqual([
      255, 511, 511, 510,
    ]);
  });

  test("are nine bits of the address each, at bits 39, 30, 21 and 12", () => {
    fc.assert(
      fc.property(address, (addr) => {
        const bits = (shift: bigint): number => Number((BigInt(addr) >> shift) & 511n);
        expect(pt.pgdIndex(addr)).toBe(bits(39n));
        expect(pt.pudIndex(addr)).toBe(bits(30n));
        expect(pt.pmdIndex(addr)).toBe(bits(21n));
        expect(pt.pteIndex(addr)).toBe(bits(12n));
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test("an offset is the index in a row of 512 cells, at every level", () => {
    fc.assert(
      fc.property(address, fc.nat(2 ** 23 - 2), (addr, row) => {
        expect(pt.pteOffset(row, addr)).toBe(row * 512 + pt.pteIndex(addr));
        expect(pt.pmdOffset(row, addr)).toBe(row * 512 + pt.pmdIndex(addr));
        expect(pt.pudOffset(row, addr)).toBe(row * 512 + pt.pudIndex(addr));
        expect(pt.pgdOffset(row, addr)).toBe(row * 512 + pt.pgdIndex(addr));
        const byLevel = [pt.pteOffset, pt.pmdOffset, pt.pudOffset, pt.pgdOffset];
        for (const level of Object.values(pt.Level)) {
          expect(pt.tableOffset(level, row, addr)).toBe(byLevel[level](row, addr));
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe("stepping", () => {
  test("goes from table to table, and ends at the end", () => {
    const steps: number[] = [];
    const end = virtAddr(0x601000);
    for (let at = virtAddr(0x1ff000); at < end; at = pt.pmdAddrEnd(at, end)) steps.push(at);
    expect(steps).toEqual([0x1ff000, 0x200000, 0x400000, 0x600000]);
  });

  test("gives what SPEC §2.5 says in 64-bit arithmetic", () => {
    fc.assert(
      fc.property(range, ({ addr, end }) => {
        expect(pt.pmdAddrEnd(addr, end)).toBe(specAddrEnd(addr, end, 1n << 21n));
        expect(pt.pudAddrEnd(addr, end)).toBe(specAddrEnd(addr, end, 1n << 30n));
        expect(pt.pgdAddrEnd(addr, end)).toBe(specAddrEnd(addr, end, 1n << 39n));
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  test("an end on the boundary is the boundary, at every level and at the very top", () => {
    for (const [span, step] of [
      [ENTRY_SPAN[pt.Level.PMD], pt.pmdAddrEnd],
      [ENTRY_SPAN[pt.Level.PUD], pt.pudAddrEnd],
      [ENTRY_SPAN[pt.Level.PGD], pt.pgdAddrEnd],
    ] as const) {
      expect(step(virtAddr(0), virtAddr(span))).toBe(span);
      expect(step(virtAddr(0), virtAddr(span - 1))).toBe(span - 1);
      expect(step(virtAddr(TOP - 4096), virtAddr(TOP))).toBe(TOP);
    }
  });
});
