/** What a debugger reads in a table, release by release: L1, and the way back into the model. */
import { KERNELS, type KernelName, pfn, rulesOf, VmFlag } from "@forkpath/abi";
import {
  mkPteHigh,
  mkPteLow,
  Pte,
  pageTableRules,
  pteMkclean,
  pteMkdirty,
  pteMkold,
  pteMkspecial,
  pteMkwrite,
  pteModifyHigh,
  pteModifyLow,
  pteWrprotect,
  vmPageProtHigh,
  vmPageProtLow,
} from "@forkpath/page-table";
import {
  isNonSwapEntry,
  makePteMarker,
  PteMarker,
  SwpType,
  swapRules,
  swpPteHigh,
  swpPteLow,
} from "@forkpath/swap";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMmEnv, entryWord, type MmEnv, readWord } from "../../src/index.ts";

const envOf = (kernel: KernelName): MmEnv =>
  createMmEnv({
    pageTableRules: rulesOf(pageTableRules, kernel),
    swapRules: rulesOf(swapRules, kernel),
  });
const EL6 = envOf("el6");
const LINUX6 = envOf("v6.18");

const hex = (value: bigint): string => `0x${value.toString(16).padStart(16, "0")}`;
const shown = (env: MmEnv, low: number, high: number): string => hex(entryWord(env, low, high));

const RW = VmFlag.READ | VmFlag.WRITE;
const FRAME = pfn(0x1234);
const fresh = mkPteLow(FRAME, vmPageProtLow(RW));
const high = mkPteHigh(FRAME, vmPageProtHigh(RW));
const written = pteMkwrite(pteMkdirty(fresh));
const parent = pteWrprotect(written);
const toNone = pteModifyLow(parent, vmPageProtLow(0));
const noneHigh = pteModifyHigh(high, vmPageProtHigh(0));
const zero = pteMkspecial(mkPteLow(pfn(0x100), vmPageProtLow(RW)));
const zeroHigh = mkPteHigh(pfn(0x100), vmPageProtHigh(RW));
const freed = pteMkold(pteMkclean(written));
const huge = pteMkwrite(pteMkdirty(mkPteLow(pfn(0x200), vmPageProtLow(RW) | Pte.PSE)));
const hugeHigh = mkPteHigh(pfn(0x200), vmPageProtHigh(RW));

describe("L1/11: the same entry, on el6 and on v6.18", () => {
  test.each<[string, number, number, string, string]>([
    ["written", written, high, "0x8000000001234067", "0x8000000001234067"],
    ["parent after fork", parent, high, "0x8000000001234065", "0x8400000001234025"],
    ["child after fork", pteMkold(parent), high, "0x8000000001234045", "0x8400000001234005"],
    ["parent after reuse", pteMkwrite(parent), high, "0x8000000001234067", "0x8000000001234067"],
    ["zero page", zero, zeroHigh, "0x8000000000100225", "0x8000000000100225"],
    ["its copy", pteMkold(zero), zeroHigh, "0x8000000000100205", "0x8000000000100205"],
    ["PROT_NONE, dirty", toNone, noneHigh, "0x0000000001234160", "0x040ffffffedcb120"],
    ["its copy", pteMkold(toNone), noneHigh, "0x0000000001234140", "0x040ffffffedcb100"],
    ["MADV_FREE", freed, high, "0x8000000001234007", "0x8000000001234007"],
    ["after fork", pteWrprotect(freed), high, "0x8000000001234005", "0x8000000001234005"],
    ["huge, written", huge, hugeHigh, "0x80000000002000e7", "0x80000000002000e7"],
    ["huge, parent", pteWrprotect(huge), hugeHigh, "0x80000000002000e5", "0x84000000002000a5"],
    [
      "huge, child",
      pteMkold(pteWrprotect(huge)),
      hugeHigh,
      "0x80000000002000c5",
      "0x8400000000200085",
    ],
    ["none", 0, 0, "0x0000000000000000", "0x0000000000000000"],
    ["swap 0, 1", swpPteLow(0, 1), swpPteHigh(1), "0x0000000000000200", "0x07fffffffffffc00"],
  ])("%s", (_name, low, highWord, el6, linux6) => {
    expect([shown(EL6, low, highWord), shown(LINUX6, low, highWord)]).toEqual([el6, linux6]);
    expect(readWord(EL6, BigInt(el6))).toEqual({ low, high: highWord });
    expect(readWord(LINUX6, BigInt(linux6))).toEqual({ low, high: highWord });
  });

  test("a guard page, which el6 has no word for", () => {
    expect(shown(LINUX6, makePteMarker(PteMarker.GUARD), 0)).toBe("0xfffffffffffff600");
  });
});

test("v6.1 turns PROT_NONE around, and keeps the dirty bit where it is", () => {
  const words = KERNELS.map((kernel) => shown(envOf(kernel), toNone, noneHigh));
  expect(words).toEqual([
    ...["0x0000000001234160", "0x0000000001234160"], // el6, v3.10
    "0x000ffffffedcb160", // rhel7
    "0x0000000001234160", // v4.4
    ...new Array(7).fill("0x000ffffffedcb160"), // v4.14 to v6.1
    ...["0x040ffffffedcb120", "0x040ffffffedcb120"], // v6.12, v6.18
  ]);
});

test("whatever the processor's erratum leaves in a none entry, v6.18 reads as it stands (L1/7)", () => {
  expect(readWord(LINUX6, 0x60n)).toEqual({ low: 0x60, high: 0 });
});

test("every present entry and every swap entry reads back from its word, on every release", () => {
  const flags = fc
    .integer({ min: 0, max: 0xfff })
    .map((bits) => (bits | Pte.PRESENT) & ~Pte.SOFTDIRTY);
  const none = fc.constantFrom(Pte.PROTNONE, Pte.PROTNONE | Pte.ACCESSED, Pte.PROTNONE | Pte.DIRTY);
  const present = fc
    .tuple(fc.nat(2 ** 31 - 1), fc.oneof(flags, none), fc.boolean())
    .map(([frame, bits, nx]) => ({
      low: mkPteLow(pfn(frame), bits),
      high: mkPteHigh(pfn(frame), nx ? 0x80000000 : 0),
    }));
  const swapped = fc
    .tuple(fc.nat(21), fc.nat(2 ** 40))
    .map(([type, offset]) => ({ low: swpPteLow(type, offset), high: swpPteHigh(offset) }));
  const special = fc
    .tuple(fc.constantFrom(...Object.values(SwpType)), fc.nat(2 ** 31 - 1))
    .map(([type, frame]) => ({ low: swpPteLow(type, frame), high: swpPteHigh(frame) }));
  fc.assert(
    fc.property(
      fc.constantFrom(...KERNELS.map(envOf)),
      fc.oneof(present, swapped, special),
      (env, words) => {
        expect(readWord(env, entryWord(env, words.low, words.high))).toEqual(words);
      },
    ),
    { seed: 51 },
  );
  expect(isNonSwapEntry(swpPteLow(SwpType.HWPOISON, 1))).toBe(true);
});
