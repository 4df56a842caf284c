/**
 * Whether each last-level table has a lock of its own (SPEC §1.1, L0.2).
 *
 *    el6      as many CPUs as splitPtlockCpus, or more
 *    v3.10    always: distributions build for thousands of CPUs, however many the machine has
 */
import type { Rule } from "@forkpath/abi";
import { usesSplitPtlocks } from "../split-ptlocks.ts";

/**
 * Whether a machine with so many CPUs has such locks.
 * @kernel USE_SPLIT_PTE_PTLOCKS in include/linux/mm_types_task.h
 */
export type SplitPtlocks = (nrCpus: number, splitPtlockCpus: number) => boolean;

export const splitPtlocks: Rule<SplitPtlocks> = {
  decides: "whether each pte table has a lock of its own",
  answers: [
    {
      since: "el6",
      does: "with splitPtlockCpus CPUs or more",
      by: usesSplitPtlocks,
      source: "SPEC §1.1",
    },
    { since: "v3.10", does: "always", by: () => true, source: "L0.2" },
  ],
};
