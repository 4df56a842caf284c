/**
 * Does mprotect bring the pages of locked private memory that becomes writable?
 *
 *    el6     no: its first writes fault
 *    v4.4    yes, each as a copy of its own, as mlock would have
 */
import { hasVmFlag, type Rule, VmFlag } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type ProtectFills = MmRules["protectFills"];

const whenItBecomesWritable: ProtectFills = (oldFlags, flags) =>
  (oldFlags & (VmFlag.WRITE | VmFlag.SHARED | VmFlag.LOCKED)) === VmFlag.LOCKED &&
  (flags & VmFlag.WRITE) !== 0 &&
  !hasVmFlag(flags, VmFlag.LOCKONFAULT);

export const protectFills: Rule<ProtectFills> = {
  decides: "whether mprotect brings locked pages that become writable",
  answers: [
    { since: "el6", does: "no", by: () => false, source: "SPEC §5.12/2" },
    {
      since: "v4.4",
      does: "yes",
      by: whenItBecomesWritable,
      source: "recorded: r-lock-482",
      first: "4.2",
    },
  ],
};
