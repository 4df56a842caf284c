/** What the kernel's own functions answered, compiled in user space: the recorded truth tables. */
import { PAGE_SHIFT, type Pfn, pfn, type VirtAddr, virtAddr } from "@forkpath/abi";
import { loadSwapEncoding } from "@forkpath/conformance";
import { expect, test } from "vitest";
import * as pt from "../src/index.ts";
import { PTE_FLAGS_LOW, PTE_PFN_HIGH } from "../src/internal.ts";

const recorded = loadSwapEncoding();
const hex = (value: number): string => `0x${value.toString(16)}`;
const bit = (fact: boolean): 0 | 1 => (fact ? 1 : 0);
const address = (text: string): VirtAddr => virtAddr(Number(text));

test("every helper answers as the kernel's did, for 330 entries (SPEC §2.3)", () => {
  const answers = recorded.pteHelpers.map(({ pte }) => {
    const { low, high } = pt.pteFromBigint(BigInt(pte));
    return {
      pte,
      none: bit(pt.isPteNone(low, high)),
      present: bit(pt.isPtePresent(low)),
      file: bit(pt.isPteFile(low)),
      dirty: bit(pt.isPteDirty(low)),
      young: bit(pt.isPteYoung(low)),
      write: bit(pt.isPteWrite(low)),
      huge: bit(pt.isPteHuge(low)),
      global: bit(pt.isPteGlobal(low)),
      exec: bit(pt.isPteExec(high)),
      special: bit(pt.isPteSpecial(low)),
      pfn: hex(pt.ptePfn(low, high)),
      flags: pt.formatPte(low & PTE_FLAGS_LOW, high & ~PTE_PFN_HIGH),
      mkclean: pt.formatPte(pt.pteMkclean(low), high),
      mkold: pt.formatPte(pt.pteMkold(low), high),
      wrprotect: pt.formatPte(pt.pteWrprotect(low), high),
      mkdirty: pt.formatPte(pt.pteMkdirty(low), high),
      mkyoung: pt.formatPte(pt.pteMkyoung(low), high),
      mkwrite: pt.formatPte(pt.pteMkwrite(low), high),
      mkspecial: pt.formatPte(pt.pteMkspecial(low), high),
      toPgoff: hex(pt.pteToPgoff(low, high)),
    };
  });
  expect(answers).toHaveLength(330);
  expect(answers).toEqual(recorded.pteHelpers);
});

test("a nonlinear offset is written whole and read back modulo 2^34 (SPEC §2.7, D25)", () => {
  const answers = recorded.pgoffToPte.map(({ pgoff }) => {
    const low = pt.pgoffToPteLow(Number(pgoff));
    const high = pt.pgoffToPteHigh(Number(pgoff));
    return {
      pgoff,
      pte: pt.formatPte(low, high),
      file: pt.isPteFile(low),
      present: pt.isPtePresent(low),
      back: hex(pt.pteToPgoff(low, high)),
    };
  });
  expect(answers).toEqual(recorded.pgoffToPte);
});

test("indices and next boundaries are the kernel's (SPEC §2.1, §2.5)", () => {
  const answers = recorded.walk.map(({ addr, end }) => ({
    addr,
    end,
    pgdIndex: pt.pgdIndex(address(addr)),
    pudIndex: pt.pudIndex(address(addr)),
    pmdIndex: pt.pmdIndex(address(addr)),
    pteIndex: pt.pteIndex(address(addr)),
    pgdAddrEnd: hex(pt.pgdAddrEnd(address(addr), address(end))),
    pudAddrEnd: hex(pt.pudAddrEnd(address(addr), address(end))),
    pmdAddrEnd: hex(pt.pmdAddrEnd(address(addr), address(end))),
  }));
  expect(answers).toEqual(recorded.walk);
});

test("fork of one private page: write fault, parent after, child after (SPEC A.1)", () => {
  const PRIVATE_RW = 0x3; // READ, WRITE
  const frame: Pfn = pfn(0x1234);
  const high = pt.mkPteHigh(frame, pt.vmPageProtHigh(PRIVATE_RW));
  const readOnly = pt.mkPteLow(frame, pt.vmPageProtLow(PRIVATE_RW));
  const faulted = pt.pteMkwrite(pt.pteMkdirty(readOnly));
  const parent = pt.pteWrprotect(faulted);
  const child = pt.pteMkold(parent);
  expect([faulted, parent, child].map((low) => pt.formatPte(low, high))).toEqual([
    "0x8000000001234067",
    "0x8000000001234065",
    "0x8000000001234045",
  ]);
});

test("the zero page in a private mapping, and its copy in a child (SPEC A.1)", () => {
  const PRIVATE_RW = 0x3;
  const low = pt.pteMkspecial(pt.mkPteLow(pfn(0x100), pt.vmPageProtLow(PRIVATE_RW)));
  const high = pt.mkPteHigh(pfn(0x100), pt.vmPageProtHigh(PRIVATE_RW));
  expect(pt.formatPte(low, high)).toBe("0x8000000000100225");
  expect(pt.formatPte(pt.pteMkold(low), high)).toBe("0x8000000000100205");
  expect(low >>> PAGE_SHIFT).toBe(0x100);
});
