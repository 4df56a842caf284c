import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hasVmFlag,
  isCowMapping,
  VM_STACK_FLAGS,
  VM_STACK_INCOMPLETE_SETUP,
  VmFlag,
  type VmFlagName,
  vmFlagNames,
  withoutVmFlag,
  withVmFlag,
} from "../src/index.ts";

const all = Object.keys(VmFlag) as VmFlagName[];
const someFlags = fc.subarray(all);
const wordOf = (names: readonly VmFlagName[]): number =>
  names.reduce((word, name) => word + VmFlag[name], 0);

test("el6's 33 flags fill bits 0 to 32, and later ones stand above (SPEC §5.1)", () => {
  expect(all.map((name) => Math.log2(VmFlag[name]))).toEqual(all.map((_, bit) => bit));
  expect(all.indexOf("HUGEPAGE")).toBe(32);
  expect(all.slice(33)).toEqual(["WIPEONFORK", "LOCKONFAULT", "MAYBE_GUARD", "SOFTDIRTY"]);
});

test("the stack's numbers are those of SPEC §5.1, and hold no EXEC", () => {
  expect(vmFlagNames(VM_STACK_FLAGS)).toEqual([
    "READ",
    "WRITE",
    "MAYREAD",
    "MAYWRITE",
    "MAYEXEC",
    "GROWSDOWN",
    "ACCOUNT",
  ]);
  expect(VM_STACK_FLAGS + VM_STACK_INCOMPLETE_SETUP).toBe(0x118173);
});

describe("the two flags that a 32-bit operator gets wrong", () => {
  test("HUGEPAGE is bit 32: `&` and `|` lose it", () => {
    const word = withVmFlag(VmFlag.READ, VmFlag.HUGEPAGE);
    expect(word).toBe(0x100000001);
    expect(hasVmFlag(word, VmFlag.HUGEPAGE)).toBe(true);
    expect(word & VmFlag.HUGEPAGE).toBe(0); // what the functions are for
    expect(word & VmFlag.READ).toBe(VmFlag.READ); // all other flags are safe beside it
    expect(withoutVmFlag(word, VmFlag.HUGEPAGE)).toBe(VmFlag.READ);
  });

  test("MERGEABLE is bit 31: `&` and `|` turn it negative", () => {
    const word = withVmFlag(VmFlag.READ, VmFlag.MERGEABLE);
    expect(word).toBe(0x80000001);
    expect(hasVmFlag(word, VmFlag.MERGEABLE)).toBe(true);
    expect(VmFlag.READ | VmFlag.MERGEABLE).toBeLessThan(0);
    expect(vmFlagNames(word)).toEqual(["READ", "MERGEABLE"]);
    expect(withoutVmFlag(word, VmFlag.MERGEABLE)).toBe(VmFlag.READ);
  });
});

test("setting and clearing twice is setting and clearing once", () => {
  const set = withVmFlag(withVmFlag(0, VmFlag.LOCKED), VmFlag.LOCKED);
  expect(set).toBe(VmFlag.LOCKED);
  expect(withoutVmFlag(withoutVmFlag(set, VmFlag.LOCKED), VmFlag.LOCKED)).toBe(0);
});

test("a word holds the flags that were put in, whatever they are", () => {
  fc.assert(
    fc.property(someFlags, fc.constantFrom(...all), (names, one) => {
      const word = wordOf(names);
      expect(vmFlagNames(word)).toEqual(all.filter((name) => names.includes(name)));
      const others = names.filter((name) => name !== one);
      expect(withVmFlag(word, VmFlag[one])).toBe(wordOf([...others, one]));
      expect(withoutVmFlag(word, VmFlag[one])).toBe(wordOf(others));
    }),
    { seed: 1 },
  );
});

test("copy-on-write is private and writable some day, and asks nothing else (SPEC §5.2)", () => {
  expect(isCowMapping(VmFlag.READ | VmFlag.MAYWRITE)).toBe(true); // read-only now
  expect(isCowMapping(VmFlag.WRITE | VmFlag.MAYWRITE)).toBe(true);
  expect(isCowMapping(VmFlag.SHARED | VmFlag.MAYWRITE)).toBe(false);
  expect(isCowMapping(VmFlag.MAYSHARE | VmFlag.MAYREAD)).toBe(false); // shared, file not writable

  fc.assert(
    fc.property(someFlags, (names) => {
      const isCow = names.includes("MAYWRITE") && !names.includes("SHARED");
      expect(isCowMapping(wordOf(names))).toBe(isCow);
    }),
    { seed: 2 },
  );
});
