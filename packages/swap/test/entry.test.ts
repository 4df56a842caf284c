import { loadSwapEncoding } from "@forkpath/conformance";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  archEntryToPte,
  archEntryValue,
  entryOffset,
  entryOfPte,
  entryPteHigh,
  entryPteLow,
  entryType,
  isHwpoisonEntry,
  isMigrationEntry,
  isNonSwapEntry,
  isWriteMigrationEntry,
  MAX_SWAPFILES,
  makeEntry,
  NO_ENTRY,
  pagemapOfSwap,
  readMigrationLow,
  SwapMap,
  SwpType,
  swpOffset,
  swpPteHigh,
  swpPteLow,
  swpType,
} from "../src/index.ts";

const { constants, entries } = loadSwapEncoding();
const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
const lowOf = (pte: bigint): number => Number(pte & 0xffffffffn);
const highOf = (pte: bigint): number => Number(pte >> 32n);
const pteHex = (low: number, high: number): string => hex((BigInt(high) << 32n) | BigInt(low));
/** Offsets that the two-word arithmetic holds exactly. */
const isExact = (offset: bigint): boolean => offset < 2n ** 53n;

const anyType = fc.integer({ min: 0, max: 31 });
const anyOffset = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const anyWord = fc.integer({ min: 0, max: 0xffffffff });

test("no entry is the header of the first area", () => {
  expect(NO_ENTRY).toBe(makeEntry(0, 0));
});

describe("the compiled kernel's answers (SPEC §3.1)", () => {
  test("the constants are the same", () => {
    expect({
      MAX_SWAPFILES,
      SWP_HWPOISON: SwpType.HWPOISON,
      SWP_MIGRATION_READ: SwpType.MIGRATION_READ,
      SWP_MIGRATION_WRITE: SwpType.MIGRATION_WRITE,
      SWAP_MAP_MAX: hex(SwapMap.MAX),
      SWAP_MAP_BAD: hex(SwapMap.BAD),
      SWAP_HAS_CACHE: hex(SwapMap.HAS_CACHE),
      SWAP_CONT_MAX: hex(SwapMap.CONT_MAX),
      COUNT_CONTINUED: hex(SwapMap.CONTINUED),
      SWAP_MAP_SHMEM: hex(SwapMap.SHMEM),
    }).toEqual(expect.objectContaining(pick(constants)));
  });

  test("all 832 pairs of type and offset encode and decode alike", () => {
    expect(entries).toHaveLength(832);
    for (const row of entries) {
      const words = archEntryToPte(BigInt(row.entry));
      const { low, high } = words;
      expect
        .soft({
          pte: pteHex(low, high),
          backEntry: hex(archEntryValue(low, high)),
          backType: swpType(low),
          isMigration: isMigrationEntry(low),
          isWriteMigration: isWriteMigrationEntry(low),
          isHwpoison: isHwpoisonEntry(low),
          nonSwap: isNonSwapEntry(low),
        })
        .toEqual({
          pte: row.pte,
          backEntry: row.backEntry,
          backType: row.backType,
          isMigration: row.isMigration,
          isWriteMigration: row.isWriteMigration,
          isHwpoison: row.isHwpoison,
          nonSwap: row.nonSwap,
        });
      if (isExact(BigInt(row.backOffset))) {
        expect(hex(swpOffset(low, high)), row.entry).toBe(row.backOffset);
        expect(swpPteLow(row.backType, Number(row.backOffset)), row.entry).toBe(low);
        expect(swpPteHigh(Number(row.backOffset)), row.entry).toBe(high);
      }
    }
  });

  test("a write migration entry turns into the read one that the kernel makes", () => {
    const migrating = entries.filter((row) => row.madeReadPte !== null);
    expect(migrating).toHaveLength(26);
    for (const { pte, madeReadPte } of migrating) {
      const words = BigInt(pte);
      expect(pteHex(readMigrationLow(lowOf(words)), highOf(words))).toBe(madeReadPte);
    }
  });

  /** The recorded constants that this package has, by their kernel names. */
  function pick(all: typeof constants): Partial<typeof constants> {
    const { SWP_TYPE_BITS, SWP_OFFSET_SHIFT, SWP_TYPE_SHIFT, PHYSICAL_MASK_SHIFT, ...ours } = all;
    expect([SWP_TYPE_BITS, SWP_OFFSET_SHIFT, SWP_TYPE_SHIFT]).toEqual([5, 9, 57]);
    expect(PHYSICAL_MASK_SHIFT).toBe(46);
    return ours;
  }
});

describe("SPEC A.1", () => {
  test.each([
    ["swap type 0, offset 1", 0, 1, "0x1", "0x200", "0x4600000000000020"],
    ["swap 0, 2", 0, 2, "0x2", "0x400", "0x4600000000000040"],
    ["swap 1, 1", 1, 1, "0x200000000000001", "0x202", "0x4600000000000021"],
    ["swap 3, 0x1234", 3, 0x1234, "0x600000000001234", "0x246806", "0x4600000000024683"],
    ["swap 28, 5", 28, 5, "0x3800000000000005", "0xa38", "0x46000000000000bc"],
    ["hwpoison", 29, 0x1000, "0x3a00000000001000", "0x20003a", "0x460000000002001d"],
    ["migration read", 30, 0x1000, "0x3c00000000001000", "0x20003c", "0x460000000002001e"],
    ["migration write", 31, 0x1000, "0x3e00000000001000", "0x20003e", "0x460000000002001f"],
  ])("%s", (_name, type, offset, entry, pte, pagemap) => {
    const low = swpPteLow(type, offset);
    const high = swpPteHigh(offset);
    expect(pteHex(low, high)).toBe(pte);
    expect(hex(archEntryValue(low, high))).toBe(entry);
    expect(hex(pagemapOfSwap(low, high))).toBe(pagemap);
  });
});

describe("packed entries", () => {
  test("type and offset survive packing, and the way through a PTE", () => {
    fc.assert(
      fc.property(anyType, anyOffset, (type, offset) => {
        const entry = makeEntry(type, offset);
        expect([entryType(entry), entryOffset(entry)]).toEqual([type, offset]);
        expect(entryOfPte(entryPteLow(entry), entryPteHigh(entry))).toBe(entry);
      }),
      { seed: 31 },
    );
  });

  test.each([
    ["type 40", 40, 1, RangeError, "makeEntry: type must be from 0 to 31, got 40"],
    ["type -1", -1, 1, RangeError, "got -1"],
    ["offset 2^48", 0, 2 ** 48, RangeError, "got 0x1000000000000"],
    ["offset NaN", 0, Number.NaN, TypeError, "makeEntry: offset must be an integer, got NaN"],
    ["offset 1.5", 0, 1.5, TypeError, "got 1.5"],
  ])("makeEntry refuses %s", (_name, type, offset, error, message) => {
    expect(() => makeEntry(type, offset)).toThrow(error);
    expect(() => makeEntry(type, offset)).toThrow(message);
  });

  test("an offset that no number holds exactly equals no entry that can exist", () => {
    const corrupt = entryOfPte(0xfffffe02, 0xffffffff);
    expect(corrupt).toBeGreaterThan(makeEntry(31, 2 ** 48 - 1));
  });
});

describe("corrupt PTEs (SPEC §3.1/2)", () => {
  test("every pair of words keeps its 55 bits of offset in the arch-independent value", () => {
    fc.assert(
      fc.property(anyWord, anyWord, (low, high) => {
        const value = archEntryValue(low, high);
        expect(archEntryToPte(value)).toEqual({ low: dropStrayBits(low), high });
        expect(value & (2n ** 57n - 1n)).toBe(((BigInt(high) << 32n) | BigInt(low)) >> 9n);
      }),
      { seed: 32 },
    );
  });

  test("pagemap says swapped, shift 12 and the type, however wide the offset (SPEC §10.6)", () => {
    fc.assert(
      fc.property(anyWord, anyWord, (low, high) => {
        const shown = pagemapOfSwap(low, high);
        expect(shown >> 55n).toBe((1n << 7n) | 12n);
        expect(shown & 31n).toBe(BigInt(swpType(low)));
      }),
      { seed: 35 },
    );
  });

  //                       offset | 8 7 6 | type  | 0
  // W  before  ...0000_0000_0000   1 1 1   11111   1
  // m  after   ...0000_0000_0000   0 0 0   11110   0
  test("a migration entry made readable loses its stray bits", () => {
    const stray = 0b1_1100_0001;
    fc.assert(
      fc.property(anyOffset, fc.nat(0x1ff), (offset, bits) => {
        const low = (swpPteLow(SwpType.MIGRATION_WRITE, offset) | (bits & stray)) >>> 0;
        expect(readMigrationLow(low)).toBe(swpPteLow(SwpType.MIGRATION_READ, offset));
      }),
      { seed: 33 },
    );
  });

  test.each([-1n, 2n ** 62n, 2n ** 64n])("archEntryToPte refuses %s", (value) => {
    expect(() => archEntryToPte(value)).toThrow(RangeError);
  });

  const dropStrayBits = (low: number): number => (low & ~0b1_1100_0001) >>> 0;
});
