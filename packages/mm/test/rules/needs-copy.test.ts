/**
 * Which areas fork copies, by their flags (SPEC §6.7/1, L7/1): letters of all that say so alone.
 */
import { answerOf, KERNELS, type KernelName, VmFlag } from "@forkpath/abi";
import { expect, test } from "vitest";
import { mmRules, type Vma } from "../../src/index.ts";

const FLAGS = {
  H: VmFlag.HUGETLB,
  N: VmFlag.NONLINEAR,
  P: VmFlag.PFNMAP,
  I: VmFlag.INSERTPAGE,
  M: VmFlag.MIXEDMAP,
  G: VmFlag.MAYBE_GUARD,
  "-": VmFlag.WRITE + VmFlag.LOCKED,
};

const copiedWith = (kernel: KernelName): string => {
  const needsCopy = answerOf(mmRules.needsCopy, kernel).by;
  const isCopied = (flags: number): boolean => needsCopy({ flags, anonVma: null } as Vma);
  return Object.entries(FLAGS)
    .filter(([, flags]) => isCopied(flags))
    .map(([letter]) => letter)
    .join("");
};

test("flags that have an area without an anon_vma copied, by release", () => {
  const rows = KERNELS.map((kernel) => `${kernel} ${copiedWith(kernel)}`);
  expect(rows.filter((row, index) => row.split(" ")[1] !== rows[index - 1]?.split(" ")[1])).toEqual(
    ["el6 HNPI", "v3.10 HNPM", "v4.4 HPM", "v5.19 PM", "v6.18 PMG"],
  );
});
