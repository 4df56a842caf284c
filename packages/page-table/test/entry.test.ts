/** Entries and their bits: small spaces in full, large ones at random against BigInt. */
import { VmFlag } from "@forkpath/abi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatPte,
  isPmdPresent,
  isPmdTransHuge,
  isPmdTransSplitting,
  isPteFile,
  isPteNone,
  isPtePresent,
  isSwapPte,
  maybeMkwrite,
  pteFromBigint,
  pteMkclean,
  pteMkdirty,
  pteMkold,
  pteMkwrite,
  pteMkyoung,
  pteModifyHigh,
  pteModifyLow,
  pteToBigint,
  pteWrprotect,
  vmPageProtHigh,
  vmPageProtLow,
} from "../src/index.ts";

const entry = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test("a word stays a word, whatever becomes of its flags", () => {
  const changes = [pteMkclean, pteMkdirty, pteMkold, pteMkyoung, pteMkwrite, pteWrprotect];
  for (const change of changes) expect(change(0xffff_ffff)).toBeGreaterThanOrEqual(0xffff_f000);
});

describe("what an entry is (SPEC §2.3)", () => {
  test("exactly one of none, present, file, swap, in this order of asking", () => {
    const kinds = ["0x0", "0x25", "0x120", "0x165", "0x5040", "0x200", "0x20003c"].map((text) => {
      const { low, high } = pteFromBigint(BigInt(text));
      if (isPteNone(low, high)) return "none";
      if (isPtePresent(low)) return "present";
      if (isPteFile(low)) return "file";
      return isSwapPte(low, high) ? "swap" : "unclassified";
    });
    expect(kinds).toEqual(["none", "present", "present", "present", "file", "swap", "swap"]);
  });

  test("all 4096 flag words: swap-like means no PRESENT, PROTNONE or FILE, and a bit somewhere", () => {
    for (let low = 0; low < 4096; low++) {
      expect(isSwapPte(low, 0)).toBe(low !== 0 && (low & 0x141) === 0);
      expect(isSwapPte(low, 1)).toBe((low & 0x141) === 0);
    }
  });

  test("a bit of the high word alone is not none", () => {
    expect(isPteNone(0, 0x80000000)).toBe(false);
    expect(isSwapPte(0, 0x80000000)).toBe(true);
  });

  test("a pmd counts as present by PRESENT, PROTNONE or PSE (SPEC §2.4/2)", () => {
    const present = [0x1, 0x100, 0x80].map(isPmdPresent);
    expect(present).toEqual([true, true, true]);
    expect(isPmdPresent(0xe7e & ~0x1c1)).toBe(false);
    expect([isPmdTransHuge(0xe7), isPmdTransHuge(0x67)]).toEqual([true, false]);
    expect([isPmdTransSplitting(0x2e7), isPmdTransSplitting(0xe7)]).toEqual([true, false]);
  });
});

describe("protection (SPEC §2.6)", () => {
  test("the sixteen words, by READ 1, WRITE 2, EXEC 4, SHARED 8", () => {
    const words = Array.from({ length: 16 }, (_, flags) =>
      formatPte(vmPageProtLow(flags), vmPageProtHigh(flags)),
    );
    const readOnly = "0x8000000000000025";
    const writable = "0x8000000000000027";
    expect(words).toEqual([
      ...["0x120", readOnly, readOnly, readOnly, "0x25", "0x25", "0x25", "0x25"],
      ...["0x120", readOnly, writable, writable, "0x25", "0x25", "0x27", "0x27"],
    ]);
  });

  test("other flags of the mapping do not matter", () => {
    const all = Object.values(VmFlag).reduce((sum, flag) => sum + flag, 0);
    expect(formatPte(vmPageProtLow(all), vmPageProtHigh(all))).toBe("0x27");
  });

  test("a private page becomes writable only by its fault, if the mapping is writable", () => {
    expect(maybeMkwrite(0x25, VmFlag.READ)).toBe(0x25);
    expect(maybeMkwrite(0x25, VmFlag.READ | VmFlag.WRITE)).toBe(0x27);
  });
});

describe("mprotect (pte_modify, SPEC §2.3)", () => {
  test("a dirty writable page becomes PROT_NONE and keeps frame and history", () => {
    const { low, high } = pteFromBigint(0x8000000001234a67n); // RW, DIRTY, SPECIAL, SOFTDIRTY
    const modified = formatPte(
      pteModifyLow(low, vmPageProtLow(0)),
      pteModifyHigh(high, vmPageProtHigh(0)),
    );
    expect(modified).toBe("0x1234b60"); // PROTNONE for PRESENT, RW, USER; NX gone
  });

  test("keeps pfn, PCD, PWT, SPECIAL, ACCESSED, DIRTY, SOFTDIRTY, and takes the rest", () => {
    const kept = 0x3ffffffff000n | 0x8n | 0x10n | 0x20n | 0x40n | 0x200n | 0x800n;
    fc.assert(
      fc.property(entry, entry, (old, prot) => {
        const was = pteFromBigint(old);
        const next = pteFromBigint(prot);
        const low = pteModifyLow(was.low, next.low);
        const high = pteModifyHigh(was.high, next.high);
        expect(pteToBigint(low, high)).toBe((old & kept) | (prot & ~kept));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
