/** The machine's own words: tables L2 and M28, and every kind of entry there and back. */
import { KERNELS, type KernelName, pfn, rulesOf } from "@forkpath/abi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createSwap,
  isHwpoisonEntry,
  isMigrationDirty,
  isMigrationEntry,
  isMigrationYoung,
  isNonSwapEntry,
  isPteMarker,
  isReadExclusiveMigration,
  isSwpExclusive,
  isWriteMigrationEntry,
  type MigrationFacts,
  makeMigrationHigh,
  makeMigrationLow,
  makePteMarker,
  NO_TYPE,
  PteMarker,
  pteMarkerBits,
  readEntryWord,
  readMigrationLow,
  type SwapBuild,
  type SwapState,
  SwpType,
  showEntryWord,
  swapRules,
  swpClearExclusive,
  swpMkexclusive,
  swpOffset,
  swpPfn,
  swpPteHigh,
  swpPteLow,
  swpType,
} from "../src/index.ts";
import { entryValue } from "../src/internal.ts";

const swapOf = (kernel: KernelName, config: SwapBuild = {}): SwapState =>
  createSwap({ rules: rulesOf(swapRules, kernel), config });
const LINUX6 = swapOf("v6.18");
/** The machine that the specification was checked on: no poison, no device memory. */
const CHECKED = swapOf("v6.18", { memoryFailure: false, devicePrivate: false });

type Words = readonly [low: number, high: number];
const slot = (type: number, offset: number): Words => [swpPteLow(type, offset), swpPteHigh(offset)];
const exclusive = ([low, high]: Words): Words => [swpMkexclusive(low), high];
const marker = (bits: number): Words => [makePteMarker(bits), 0];
const migration = (facts: MigrationFacts): Words => {
  const frame = pfn(0x1000);
  return [makeMigrationLow(frame, facts), makeMigrationHigh(frame, facts)];
};
const hex = (value: bigint): string => `0x${value.toString(16).padStart(16, "0")}`;

describe("L2, M28: what the machine's table holds", () => {
  test.each<[string, SwapState, Words, string]>([
    ["swap 0, 1", LINUX6, slot(0, 1), "0x07fffffffffffc00"],
    ["the same, exclusive", LINUX6, exclusive(slot(0, 1)), "0x07fffffffffffc08"],
    ["swap 1, 1", LINUX6, slot(1, 1), "0x0ffffffffffffc00"],
    ["swap 1, 1, exclusive", LINUX6, exclusive(slot(1, 1)), "0x0ffffffffffffc08"],
    ["swap 3, 0x1234", LINUX6, slot(3, 0x1234), "0x1fffffffffdb9600"],
    ["swap 27, 5", CHECKED, slot(27, 5), "0xdffffffffffff400"],
    ["poison", LINUX6, slot(SwpType.HWPOISON, 0x1000), "0xc7ffffffffdffe00"],
    ["migration, readable", LINUX6, migration({ isWrite: false }), "0xcfffffffffdffe00"],
    [
      "migration, readable, exclusive",
      LINUX6,
      migration({ isWrite: false, isExclusive: true }),
      "0xd7ffffffffdffe00",
    ],
    ["migration, writable", LINUX6, migration({ isWrite: true }), "0xdfffffffffdffe00"],
    ["migration, readable", CHECKED, migration({ isWrite: false }), "0xe7ffffffffdffe00"],
    ["guard marker", LINUX6, marker(PteMarker.GUARD), "0xfffffffffffff600"],
    ["guard marker", CHECKED, marker(PteMarker.GUARD), "0xfffffffffffff600"],
    ["poisoned marker", LINUX6, marker(PteMarker.POISONED), "0xfffffffffffffa00"],
    ["uffd-wp marker", LINUX6, marker(PteMarker.UFFD_WP), "0xfffffffffffffc00"],
  ])("%s", (_name, swap, [low, high], word) => {
    expect(hex(showEntryWord(swap, low, high))).toBe(word);
    expect(readEntryWord(swap, BigInt(word))).toEqual({ low, high });
  });

  test.each<[string, Words, bigint]>([
    ["swap 0, 1", slot(0, 1), 0x1n],
    ["the same, exclusive", exclusive(slot(0, 1)), 0x1n],
    ["swap 1, 1, exclusive", exclusive(slot(1, 1)), 0x0400000000000001n],
    ["swap 3, 0x1234", slot(3, 0x1234), 0x0c00000000001234n],
    ["poison", slot(SwpType.HWPOISON, 0x1000), 0x6000000000001000n],
    ["migration, readable", migration({ isWrite: false }), 0x6400000000001000n],
    [
      "migration, readable, exclusive",
      migration({ isWrite: false, isExclusive: true }),
      0x6800000000001000n,
    ],
    ["migration, writable", migration({ isWrite: true }), 0x6c00000000001000n],
  ])("the entry's own value: %s", (_name, [low, high], value) => {
    expect(entryValue(LINUX6, low, high)).toBe(value);
  });

  test("el6's words are the model's", () => {
    const el6 = swapOf("el6");
    const [low, high] = slot(3, 0x1234);
    expect(showEntryWord(el6, low, high)).toBe(0x246806n);
    expect(readEntryWord(el6, 0x246806n)).toEqual({ low, high });
  });

  test("a word whose type is device memory has no model", () => {
    const deviceWrite = 28n << 59n;
    expect(() => readEntryWord(LINUX6, deviceWrite)).toThrow(
      new RangeError("readEntryWord: type must be one that is modelled, got 28"),
    );
  });
});

describe("M26.2: type numbers", () => {
  test("how many are left for areas, and the migration types above them", () => {
    const table = KERNELS.map((kernel) => {
      const { maxSwapfiles, migrationRead, migrationWrite, marker: top } = swapOf(kernel).types;
      return `${kernel} ${maxSwapfiles} ${migrationRead}-${migrationWrite} ${top}`;
    });
    expect(table).toEqual([
      `el6 29 30-31 ${NO_TYPE}`,
      `v3.10 29 30-31 ${NO_TYPE}`,
      `rhel7 27 28-29 ${NO_TYPE}`,
      `v4.4 29 30-31 ${NO_TYPE}`,
      `v4.14 27 28-29 ${NO_TYPE}`,
      `rhel8 27 28-29 ${NO_TYPE}`,
      `v5.4 27 28-29 ${NO_TYPE}`,
      `v5.10 27 28-29 ${NO_TYPE}`,
      `v5.14 25 26-27 ${NO_TYPE}`,
      "v5.19 22 23-25 30",
      "v6.1 22 23-25 30",
      "v6.12 23 24-26 31",
      "v6.18 24 25-27 31",
    ]);
    expect(LINUX6.types).toMatchObject({ hwpoison: 24, migrationReadExclusive: 26 });
  });

  test("what a build leaves out moves the others down: 28 areas, and no poison", () => {
    expect(CHECKED.types).toEqual({
      maxSwapfiles: 28,
      hwpoison: NO_TYPE,
      migrationRead: 28,
      migrationReadExclusive: 29,
      migrationWrite: 30,
      marker: 31,
    });
  });
});

test("each kind of entry answers one question with yes", () => {
  const kinds: Record<string, Words> = {
    swap: slot(0, 1),
    "swap exclusive": exclusive(slot(27, 1)),
    poison: slot(SwpType.HWPOISON, 1),
    guard: marker(PteMarker.GUARD),
    "migration read": migration({ isWrite: false }),
    "migration read exclusive": migration({ isWrite: false, isExclusive: true }),
    "migration write": migration({ isWrite: true }),
  };
  const answers = Object.entries(kinds).map(([kind, [low]]) => {
    const yes = [
      isNonSwapEntry(low) ? "" : "swap",
      isHwpoisonEntry(low) ? "poison" : "",
      isPteMarker(low) ? "marker" : "",
      isMigrationEntry(low) ? "migration" : "",
      isReadExclusiveMigration(low) ? "exclusive" : "",
      isWriteMigrationEntry(low) ? "write" : "",
      !isNonSwapEntry(low) && isSwpExclusive(low) ? "exclusive" : "",
    ];
    return `${kind}: ${yes.filter((answer) => answer !== "").join(" ")}`;
  });
  expect(answers).toEqual([
    "swap: swap",
    "swap exclusive: swap exclusive",
    "poison: poison",
    "guard: marker",
    "migration read: migration",
    "migration read exclusive: migration exclusive",
    "migration write: migration write",
  ]);
  expect(pteMarkerBits(makePteMarker(PteMarker.GUARD | PteMarker.UFFD_WP))).toBe(5);
  expect(swpClearExclusive(swpMkexclusive(0x202))).toBe(0x202);
});

test("a migration entry made readable keeps frame and age, and is exclusive no more (L2/3)", () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 31 - 1),
      fc.record({
        isWrite: fc.boolean(),
        isExclusive: fc.boolean(),
        isYoung: fc.boolean(),
        isDirty: fc.boolean(),
      }),
      (frame, facts) => {
        const low = makeMigrationLow(pfn(frame), facts);
        const high = makeMigrationHigh(pfn(frame), facts);
        const read = readMigrationLow(low);
        expect([swpPfn(low, high), swpPfn(read, high)]).toEqual([frame, frame]);
        expect([isMigrationYoung(high), isMigrationDirty(high)]).toEqual([
          facts.isYoung,
          facts.isDirty,
        ]);
        expect([swpType(read), isReadExclusiveMigration(read)]).toEqual([30, false]);
        // Young is bit 34 of the offset, dirty is bit 35.
        const age = (facts.isYoung ? 2 ** 34 : 0) + (facts.isDirty ? 2 ** 35 : 0);
        expect(swpOffset(low, high)).toBe(frame + age);
      },
    ),
    { seed: 41 },
  );
});

test("every entry of areas reads back from its word, on every release", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KERNELS),
      fc.nat(21),
      fc.nat(2 ** 40),
      fc.boolean(),
      (kernel, type, offset, isExclusive) => {
        const swap = swapOf(kernel);
        const [low, high] = isExclusive ? exclusive(slot(type, offset)) : slot(type, offset);
        expect(readEntryWord(swap, showEntryWord(swap, low, high))).toEqual({ low, high });
      },
    ),
    { seed: 42 },
  );
});
