import fc from "fast-check";
import { expect, test } from "vitest";
import * as abi from "../src/index.ts";

/** Any byte of user space, the edges of pages and tables more often than chance would. */
const addresses = fc.oneof(
  fc.integer({ min: 0, max: abi.TASK_SIZE }),
  fc
    .tuple(
      fc.constantFrom(abi.PAGE_SIZE, abi.PMD_SIZE, abi.PUD_SIZE, abi.PGDIR_SIZE),
      fc.nat(255),
      fc.constantFrom(-1, 0, 1),
    )
    .map(([size, count, offset]) => Math.max(0, Math.min(abi.TASK_SIZE, size * count + offset))),
);
const PAGE = 4096n;

test("each level spans 512 entries of the one below (SPEC §2.1)", () => {
  expect(2 ** abi.PAGE_SHIFT).toBe(abi.PAGE_SIZE);
  expect(
    [abi.PMD_SIZE, abi.PUD_SIZE, abi.PGDIR_SIZE].map((size) => size / abi.PTRS_PER_TABLE),
  ).toEqual([abi.PAGE_SIZE, abi.PMD_SIZE, abi.PUD_SIZE]);
});

test("user space ends one page below 2^47 (SPEC §2.1/2)", () => {
  expect(abi.TASK_SIZE.toString(16)).toBe("7ffffffff000");
  expect(abi.STACK_TOP_MAX).toBe(abi.TASK_SIZE);
});

test("rounding keeps a page's edge, and moves everything inside it", () => {
  expect([0, 1, 4095, 4096, 4097].map(abi.pageAlignDown)).toEqual([0, 0, 0, 4096, 4096]);
  expect([0, 1, 4095, 4096, 4097].map(abi.pageAlignUp)).toEqual([0, 4096, 4096, 4096, 8192]);
  expect(abi.pageAlignUp(abi.TASK_SIZE - 1)).toBe(abi.TASK_SIZE);
});

test("no address loses a bit: rounding agrees with BigInt up to 2^47", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const exact = BigInt(address);
      expect(BigInt(abi.pageAlignDown(address))).toBe((exact / PAGE) * PAGE);
      expect(BigInt(abi.pageAlignUp(address))).toBe(((exact + PAGE - 1n) / PAGE) * PAGE);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("the pages of a range are those whose first byte it holds", () => {
  expect(abi.pagesBetween(0x7f0000000000, 0x7f0000003000)).toBe(3);
  expect(abi.pagesBetween(0, abi.TASK_SIZE)).toBe(2 ** 35 - 1);

  fc.assert(
    fc.property(addresses, addresses, (a, b) => {
      const [start, end] = [abi.pageAlignDown(Math.min(a, b)), abi.pageAlignUp(Math.max(a, b))];
      expect(BigInt(abi.pagesBetween(start, end))).toBe((BigInt(end) - BigInt(start)) / PAGE);
    }),
    { seed: 2 },
  );
});
