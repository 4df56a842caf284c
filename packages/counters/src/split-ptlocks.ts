/**
 * Which of the two builds a kernel is: one lock for each last-level table, or one for each mm.
 *
 * The macro that says so is always *defined*, as a comparison; only its value tells the builds
 * apart. `acct_arg_size` asks whether it is defined (SPEC §1.1/4).
 */
import { expectInteger } from "@forkpath/abi";

/**
 * Lock debugging raises `splitPtlockCpus` to 999999, so such a build is non-split on any machine.
 * @throws RangeError or TypeError unless both are positive integers
 * @kernel USE_SPLIT_PTLOCKS in include/linux/mm_types.h
 */
export function usesSplitPtlocks(nrCpus: number, splitPtlockCpus: number): boolean {
  expectInteger("usesSplitPtlocks", "nrCpus", nrCpus, 1, 2 ** 31 - 1);
  expectInteger("usesSplitPtlocks", "splitPtlockCpus", splitPtlockCpus, 1, 2 ** 31 - 1);
  return nrCpus >= splitPtlockCpus;
}
