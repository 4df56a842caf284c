/** What the kernel's own functions answered, compiled in user space: the recorded truth tables. */
import { PAGE_SHIFT, type Pfn, pfn, type VirtAddr, virtAddr } from "@forkpath/abi";
import { loadSwapEncoding } from "@forkpath/conformance";
import { expect, test } from "vitest";
import {
  formatPte,
  isPteDirty,
  isPteExec,
  isPteFile,
  isPteGlobal,
  isPteHuge,
  isPteNone,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  isPteYoung,
  mkPteHigh,
  mkPteLow,
  pgdAddrEnd,
  pgdIndex,
  pgoffToPteHigh,
  pgoffToPteLow,
  pmdAddrEnd,
  pmdIndex,
  pteFromBigint,
  pteIndex,
  pteMkclean,
  pteMkdirty,
  pteMkold,
  pteMkspecial,
  pteMkwrite,
  pteMkyoung,
  ptePfn,
  pteToPgoff,
  pteWrprotect,
  pudAddrEnd,
  pudIndex,
  vmPageProtHigh,
  vmPageProtLow,
} from "../src/index.ts";
import { PTE_FLAGS_LOW, PTE_PFN_HIGH } from "../src/internal.ts";

const recorded = loadSwapEncoding();
const hex = (value: number): string => `0x${value.toString(16)}`;
const bit = (fact: boolean): 0 | 1 => (fact ? 1 : 0);
const address = (text: string): VirtAddr => virtAddr(Number(text));

test("every helper answers as the kernel's did, for 330 entries (SPEC §2.3)", () => {
  const answers = recorded.pteHelpers.map(({ pte }) => {
    const { low, high } = pteFromBigint(BigInt(pte));
    return {
      pte,
      none: bit(isPteNone(low, high)),
      present: bit(isPtePresent(low)),
      file: bit(isPteFile(low)),
      dirty: bit(isPteDirty(low)),
      young: bit(isPteYoung(low)),
      write: bit(isPteWrite(low)),
      huge: bit(isPteHuge(low)),
      global: bit(isPteGlobal(low)),
      exec: bit(isPteExec(high)),
      special: bit(isPteSpecial(low)),
      pfn: hex(ptePfn(low, high)),
      flags: formatPte(low & PTE_FLAGS_LOW, high & ~PTE_PFN_HIGH),
      mkclean: formatPte(pteMkclean(low), high),
      mkold: formatPte(pteMkold(low), high),
      wrprotect: formatPte(pteWrprotect(low), high),
      mkdirty: formatPte(pteMkdirty(low), high),
      mkyoung: formatPte(pteMkyoung(low), high),
      mkwrite: formatPte(pteMkwrite(low), high),
      mkspecial: formatPte(pteMkspecial(low), high),
      toPgoff: hex(pteToPgoff(low, high)),
    };
  });
  expect(answers).toHaveLength(330);
  expect(answers).toEqual(recorded.pteHelpers);
});

test("a nonlinear offset is written whole and read back modulo 2^34 (SPEC §2.7, D25)", () => {
  const answers = recorded.pgoffToPte.map(({ pgoff }) => {
    const low = pgoffToPteLow(Number(pgoff));
    const high = pgoffToPteHigh(Number(pgoff));
    return {
      pgoff,
      pte: formatPte(low, high),
      file: isPteFile(low),
      present: isPtePresent(low),
      back: hex(pteToPgoff(low, high)),
    };
  });
  expect(answers).toEqual(recorded.pgoffToPte);
});

test("indices and next boundaries are the kernel's (SPEC §2.1, §2.5)", () => {
  const answers = recorded.walk.map(({ addr, end }) => ({
    addr,
    end,
    pgdIndex: pgdIndex(address(addr)),
    pudIndex: pudIndex(address(addr)),
    pmdIndex: pmdIndex(address(addr)),
    pteIndex: pteIndex(address(addr)),
    pgdAddrEnd: hex(pgdAddrEnd(address(addr), address(end))),
    pudAddrEnd: hex(pudAddrEnd(address(addr), address(end))),
    pmdAddrEnd: hex(pmdAddrEnd(address(addr), address(end))),
  }));
  expect(answers).toEqual(recorded.walk);
});

test("fork of one private page: write fault, parent after, child after (SPEC A.1)", () => {
  const PRIVATE_RW = 0x3; // READ, WRITE
  const frame: Pfn = pfn(0x1234);
  const high = mkPteHigh(frame, vmPageProtHigh(PRIVATE_RW));
  const readOnly = mkPteLow(frame, vmPageProtLow(PRIVATE_RW));
  const faulted = pteMkwrite(pteMkdirty(readOnly));
  const parent = pteWrprotect(faulted);
  const child = pteMkold(parent);
  expect([faulted, parent, child].map((low) => formatPte(low, high))).toEqual([
    "0x8000000001234067",
    "0x8000000001234065",
    "0x8000000001234045",
  ]);
});

test("the zero page in a private mapping, and its copy in a child (SPEC A.1)", () => {
  const PRIVATE_RW = 0x3;
  const low = pteMkspecial(mkPteLow(pfn(0x100), vmPageProtLow(PRIVATE_RW)));
  const high = mkPteHigh(pfn(0x100), vmPageProtHigh(PRIVATE_RW));
  expect(formatPte(low, high)).toBe("0x8000000000100225");
  expect(formatPte(pteMkold(low), high)).toBe("0x8000000000100205");
  expect(low >>> PAGE_SHIFT).toBe(0x100);
});
