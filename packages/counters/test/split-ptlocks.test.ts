import { expect, test } from "vitest";
import { usesSplitPtlocks } from "../src/index.ts";

test.each([
  ["uniprocessor", 1, 4, false],
  ["three CPUs", 3, 4, false],
  ["four CPUs", 4, 4, true],
  ["MAXSMP", 4096, 4, true],
  ["lock debugging on 64 CPUs", 64, 999999, false],
])("SPEC §1.1: %s, NR_CPUS %i of %i: split is %s", (_, nrCpus, splitPtlockCpus, split) => {
  expect(usesSplitPtlocks(nrCpus, splitPtlockCpus)).toBe(split);
});

test("a machine has at least one CPU", () => {
  expect(() => usesSplitPtlocks(0, 4)).toThrow(
    new RangeError("usesSplitPtlocks: nrCpus must be from 1 to 0x7fffffff, got 0"),
  );
});
