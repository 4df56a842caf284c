/**
 * The flags of an area that is locked or unlocked (SPEC §5.11, L23/3).
 *
 *    el6      kept in 32 bits on their way, and HUGEPAGE is bit 32: the advice is lost, and such an
 *             area is taken for one that changes even where it does not (D44)
 *    v3.10    in a word as wide as the area's
 *    v4.4     the same; mlock2 can lock each page when it comes
 */
import { type Rule, VmFlag, withoutVmFlag, withVmFlag } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type LockedFlags = MmRules["lockedFlags"];

const in32Bits: LockedFlags = (flags, lock) =>
  (lock === "unlock" ? flags & ~VmFlag.LOCKED : flags | VmFlag.LOCKED) >>> 0;

const inFull: LockedFlags = (flags, lock) => {
  const unlocked = withoutVmFlag(withoutVmFlag(flags, VmFlag.LOCKED), VmFlag.LOCKONFAULT);
  if (lock === "unlock") return unlocked;
  const locked = withVmFlag(unlocked, VmFlag.LOCKED);
  return lock === "lock" ? locked : withVmFlag(locked, VmFlag.LOCKONFAULT);
};

export const lockedFlags: Rule<LockedFlags> = {
  decides: "which flags an area has that is locked or unlocked",
  answers: [
    { since: "el6", does: "those of 32 bits", by: in32Bits, source: "SPEC §5.11" },
    { since: "v3.10", does: "all of them", by: inFull, source: "L27" },
  ],
  cures: { D44: { does: "all of them", by: inFull } },
};
