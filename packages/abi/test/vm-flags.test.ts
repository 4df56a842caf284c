import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as abi from "../src/index.ts";

const all = Object.keys(abi.VmFlag) as abi.VmFlagName[];
const someFlags = fc.subarray(all);
const wordOf = (names: readonly abi.VmFlagName[]): number =>
  names.reduce((word, name) => word + abi.VmFlag[name], 0);

test("el6's 33 flags fill bits 0 to 32, and later ones stand above (SPEC §5.1)", () => {
  expect(all.map((name) => Math.log2(abi.VmFlag[name]))).toEqual(all.map((_, bit) => bit));
  expect(all.indexOf("HUGEPAGE")).toBe(32);
  expect(all.slice(33)).toEqual(["WIPEONFORK", "LOCKONFAULT", "MAYBE_GUARD", "SOFTDIRTY"]);
});

test("the stack's numbers are those of SPEC §5.1, and hold no EXEC", () => {
  expect(abi.vmFlagNames(abi.VM_STACK_FLAGS)).toEqual([
    "READ",
    "WRITE",
    "MAYREAD",
    "MAYWRITE",
    "MAYEXEC",
    "GROWSDOWN",
    "ACCOUNT",
  ]);
  expect(abi.VM_STACK_FLAGS + abi.VM_STACK_INCOMPLETE_SETUP).toBe(0x118173);
});

describe("the two flags that a 32-bit operator gets wrong", () => {
  test("HUGEPAGE is bit 32: `&` and `|` lose it", () => {
    const word = abi.withVmFlag(abi.VmFlag.READ, abi.VmFlag.HUGEPAGE);
    expect(word).toBe(0x100000001);
    expect(abi.hasVmFlag(word, abi.VmFlag.HUGEPAGE)).toBe(true);
    expect(word & abi.VmFlag.HUGEPAGE).toBe(0); // what the functions are for
    expect(word & abi.VmFlag.READ).toBe(abi.VmFlag.READ); // all other flags are safe beside it
    expect(abi.withoutVmFlag(word, abi.VmFlag.HUGEPAGE)).toBe(abi.VmFlag.READ);
  });

  test("MERGEABLE is bit 31: `&` and `|` turn it negative", () => {
    const word = abi.withVmFlag(abi.VmFlag.READ, abi.VmFlag.MERGEABLE);
    expect(word).toBe(0x80000001);
    expect(abi.hasVmFlag(word, abi.VmFlag.MERGEABLE)).toBe(true);
    expect(abi.VmFlag.READ | abi.VmFlag.MERGEABLE).toBeLessThan(0);
    expect(abi.vmFlagNames(word)).toEqual(["READ", "MERGEABLE"]);
    expect(abi.withoutVmFlag(word, abi.VmFlag.MERGEABLE)).toBe(abi.VmFlag.READ);
  });
});

test("setting and clearing twice is setting and clearing once", () => {
  const set = abi.withVmFlag(abi.withVmFlag(0, abi.VmFlag.LOCKED), abi.VmFlag.LOCKED);
  expect(set).toBe(abi.VmFlag.LOCKED);
  expect(abi.withoutVmFlag(abi.withoutVmFlag(set, abi.VmFlag.LOCKED), abi.VmFlag.LOCKED)).toBe(0);
});

test("a word holds the flags that were put in, whatever they are", () => {
  fc.assert(
    fc.property(someFlags, fc.constantFrom(...all), (names, one) => {
      const word = wordOf(names);
      expect(abi.vmFlagNames(word)).toEqual(all.filter((name) => names.includes(name)));
      const others = names.filter((name) => name !== one);
      expect(abi.withVmFlag(word, abi.VmFlag[one])).toBe(wordOf([...others, one]));
      expect(abi.withoutVmFlag(word, abi.VmFlag[one])).toBe(wordOf(others));
    }),
    { seed: 1 },
  );
});

test("copy-on-write is private and writable some day, and asks nothing else (SPEC §5.2)", () => {
  expect(abi.isCowMapping(abi.VmFlag.READ | abi.VmFlag.MAYWRITE)).toBe(true); // read-only now
  expect(abi.isCowMapping(abi.VmFlag.WRITE | abi.VmFlag.MAYWRITE)).toBe(true);
  expect(abi.isCowMapping(abi.VmFlag.SHARED | abi.VmFlag.MAYWRITE)).toBe(false);
  expect(abi.isCowMapping(abi.VmFlag.MAYSHARE | abi.VmFlag.MAYREAD)).toBe(false); // shared, file not writable

  fc.assert(
    fc.property(someFlags, (names) => {
      const isCow = names.includes("MAYWRITE") && !names.includes("SHARED");
      expect(abi.isCowMapping(wordOf(names))).toBe(isCow);
    }),
    { seed: 2 },
  );
});
