/** The 34-bit frame number across the border between the two words (SPEC §2.1/3). */
import { pfn } from "@forkpath/abi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatPte,
  mkPte,
  mkPteHigh,
  mkPteLow,
  PFN_LIMIT,
  ptePfn,
  pteToBigint,
} from "../src/index.ts";
import { pfnHigh, pfnLow } from "../src/internal.ts";

const frames = fc.integer({ min: 0, max: PFN_LIMIT - 1 });

describe("frame numbers", () => {
  // Where the two words meet: bit 19 is the last of the low word, bit 20 the first of the high.
  test.each([
    [0, "0x0"],
    [1, "0x1000"],
    [0xfffff, "0xfffff000"],
    [0x100000, "0x100000000"],
    [0x3ffffffff, "0x3ffffffff000"],
  ])("frame %i stands in its place and comes back", (frame, text) => {
    const low = pfnLow(pfn(frame));
    const high = pfnHigh(pfn(frame));
    expect(formatPte(low, high)).toBe(text);
    expect(ptePfn(low, high)).toBe(frame);
  });

  test("any frame and any flags round trip, as in BigInt", () => {
    fc.assert(
      fc.property(frames, fc.nat(0xfff), fc.nat(0x3ffff), (frame, lowFlags, highFlags) => {
        const low = mkPteLow(pfn(frame), lowFlags);
        const high = mkPteHigh(pfn(frame), highFlags << 14);
        const flags = BigInt(lowFlags) | (BigInt(highFlags) << 46n);
        expect(pteToBigint(low, high)).toBe((BigInt(frame) << 12n) | flags);
        expect(mkPte(frame, flags)).toBe(pteToBigint(low, high));
        expect(ptePfn(low, high)).toBe(frame);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});

describe("mkPte refuses", () => {
  test.each([
    [-1, RangeError, "mkPte: frame must be from 0 to 0x3ffffffff, got -1"],
    [PFN_LIMIT, RangeError, "mkPte: frame must be from 0 to 0x3ffffffff, got 0x400000000"],
    [Number.NaN, TypeError, "mkPte: frame must be an integer, got NaN"],
    [0.5, TypeError, "mkPte: frame must be an integer, got 0.5"],
  ])("frame %d", (frame, kind, message) => {
    expect(() => mkPte(frame, 0x25n)).toThrow(new kind(message));
  });

  test.each([0x1000n, 1n << 45n, 1n << 64n, -1n])("a protection like %d", (prot) => {
    expect(() => mkPte(1, prot)).toThrow(RangeError);
  });

  test("a protection that is a number", () => {
    expect(() => mkPte(1, 0x25 as unknown as bigint)).toThrow(TypeError);
  });
});
