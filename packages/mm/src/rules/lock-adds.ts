/**
 * What a lock adds: to locked_vm, and to what RLIMIT_MEMLOCK is held against (SPEC §5.11, L23/3).
 *
 *    since    to locked_vm                                to the sum under the limit
 *    el6      every area that changes (D44, twice)        the whole range
 *    v3.10    what was not locked                         the whole range
 *    v4.14    what was not locked                         what was not locked
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import { vmaPages, vmasWithin } from "../area/list.ts";
import type { MmRules } from "../types.ts";

type LockAdds = MmRules["lockAdds"];

const isNew = (flags: number): boolean => (flags & VmFlag.LOCKED) === 0;
const all: LockAdds["underLimit"] = (_mm, start, end) => vmaPages({ start, end });

const notLocked: LockAdds["underLimit"] = (mm, start, end) => {
  let pages = vmaPages({ start, end });
  for (const vma of vmasWithin(mm, start, end)) {
    if (isNew(vma.flags)) continue;
    pages -= vmaPages({ start: Math.max(start, vma.start), end: Math.min(end, vma.end) });
  }
  return pages;
};

export const lockAdds: Rule<LockAdds> = {
  decides: "what is counted when memory is locked",
  answers: [
    {
      since: "el6",
      does: "all that changes; the whole range under the limit",
      by: { isCounted: () => true, underLimit: all },
      source: "SPEC §5.11",
    },
    {
      since: "v3.10",
      does: "what was not locked; the whole range under the limit",
      by: { isCounted: isNew, underLimit: all },
      source: "L27",
    },
    {
      since: "v4.14",
      does: "what was not locked, under the limit too",
      by: { isCounted: isNew, underLimit: notLocked },
      source: "recorded: rl04",
      first: "4.9",
    },
  ],
};
