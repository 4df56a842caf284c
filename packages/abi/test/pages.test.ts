import fc from "fast-check";
import { expect, test } from "vitest";
import {
  PAGE_SHIFT,
  PAGE_SIZE,
  PGDIR_SIZE,
  PMD_SIZE,
  PTRS_PER_TABLE,
  PUD_SIZE,
  pageAlignDown,
  pageAlignUp,
  pagesBetween,
  STACK_TOP_MAX,
  TASK_SIZE,
} from "../src/index.ts";

/** Any byte of user space, the edges of pages and tables more often than chance would. */
const addresses = fc.oneof(
  fc.integer({ min: 0, max: TASK_SIZE }),
  fc
    .tuple(
      fc.constantFrom(PAGE_SIZE, PMD_SIZE, PUD_SIZE, PGDIR_SIZE),
      fc.nat(255),
      fc.constantFrom(-1, 0, 1),
    )
    .map(([size, count, offset]) => Math.max(0, Math.min(TASK_SIZE, size * count + offset))),
);
const PAGE = 4096n;

test("each level spans 512 entries of the one below (SPEC §2.1)", () => {
  expect(2 ** PAGE_SHIFT).toBe(PAGE_SIZE);
  expect([PMD_SIZE, PUD_SIZE, PGDIR_SIZE].map((size) => size / PTRS_PER_TABLE)).toEqual([
    PAGE_SIZE,
    PMD_SIZE,
    PUD_SIZE,
  ]);
});

test("user space ends one page below 2^47 (SPEC §2.1/2)", () => {
  expect(TASK_SIZE.toString(16)).toBe("7ffffffff000");
  expect(STACK_TOP_MAX).toBe(TASK_SIZE);
});

test("rounding keeps a page's edge, and moves everything inside it", () => {
  expect([0, 1, 4095, 4096, 4097].map(pageAlignDown)).toEqual([0, 0, 0, 4096, 4096]);
  expect([0, 1, 4095, 4096, 4097].map(pageAlignUp)).toEqual([0, 4096, 4096, 4096, 8192]);
  expect(pageAlignUp(TASK_SIZE - 1)).toBe(TASK_SIZE);
});

test("no address loses a bit: rounding agrees with BigInt up to 2^47", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const exact = BigInt(address);
      expect(BigInt(pageAlignDown(address))).toBe((exact / PAGE) * PAGE);
      expect(BigInt(pageAlignUp(address))).toBe(((exact + PAGE - 1n) / PAGE) * PAGE);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("the pages of a range are those whose first byte it holds", () => {
  expect(pagesBetween(0x7f0000000000, 0x7f0000003000)).toBe(3);
  expect(pagesBetween(0, TASK_SIZE)).toBe(2 ** 35 - 1);

  fc.assert(
    fc.property(addresses, addresses, (a, b) => {
      const [start, end] = [pageAlignDown(Math.min(a, b)), pageAlignUp(Math.max(a, b))];
      expect(BigInt(pagesBetween(start, end))).toBe((BigInt(end) - BigInt(start)) / PAGE);
    }),
    { seed: 2 },
  );
});
