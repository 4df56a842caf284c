/** Entries as bigint, hex and names of bits. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatPte,
  pgoffToPteHigh,
  pgoffToPteLow,
  pteFlagNames,
  pteFromBigint,
  pteToBigint,
} from "../src/index.ts";

test("any 64-bit value comes back, and its hex is BigInt's", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const { low, high } = pteFromBigint(value);
      expect(pteToBigint(low, high)).toBe(value);
      expect(BigInt(formatPte(low, high))).toBe(value);
    }),
    { seed: 3, numRuns: 500 },
  );
});

test("words that a 32-bit operator made negative are read by their bits", () => {
  expect(pteToBigint(-1, -(2 ** 31))).toBe(0x80000000_ffffffffn);
});

test.each([-1n, 2n ** 64n])("%d has more than 64 bits", (value) => {
  expect(() => pteFromBigint(value)).toThrow(RangeError);
});

test("a number is no entry", () => {
  expect(() => pteFromBigint(5 as unknown as bigint)).toThrow(TypeError);
});

describe("names of bits (SPEC §2.2)", () => {
  test.each([
    [
      "a private page after its write fault",
      0x8000000001234067n,
      "PRESENT RW USER ACCESSED DIRTY NX",
    ],
    ["the zero page", 0x8000000000100225n, "PRESENT USER ACCESSED SPECIAL NX"],
    ["a PROT_NONE page: bit 8 changes its name", 0x1234160n, "ACCESSED DIRTY PROTNONE"],
    ["a kernel page: bit 8 again", 0x123n, "PRESENT RW ACCESSED GLOBAL"],
    ["a swapped page has no flags", 0x202n, ""],
    [
      "every bit",
      2n ** 64n - 1n,
      "PRESENT RW USER PWT PCD ACCESSED DIRTY PSE GLOBAL SPECIAL IOMAP SOFTDIRTY NX",
    ],
  ])("%s", (_what, value, names) => {
    const { low, high } = pteFromBigint(value);
    expect(pteFlagNames(low, high).join(" ")).toBe(names);
  });
});

test.each([-1, 2 ** 52, 1.5, Number.NaN])("%d is no file offset", (pgoff) => {
  expect(() => pgoffToPteLow(pgoff)).toThrow(/pgoffToPteLow: pgoff must be/);
  expect(() => pgoffToPteHigh(pgoff)).toThrow(/pgoffToPteHigh: pgoff must be/);
});
