/**
 * Numbers that a recount rightly finds wrong, and that are no fault of the model. By how much a
 * number is off, its drift, may change only in a step with a cause, there before it or after it:
 *
 *    file_rss or shmem_rss, of an address space with migration entries (D3, which are not counted
 *    anon_rss               where they are copied or dropped)
 *    swap_usage             of an address space with entries of frames that went bad (D4, such
 *                           a page is counted as swap)
 *    all three              of a process that calls remap_file_pages over copies that were forced
 *                           into a shared mapping: a page less of files, or one more in swap (D6)
 *    vm_committed_as        upwards only, with a stack that is charged for what it grows by, and
 *                           that is not VM_ACCOUNT: it is never given back (SPEC §5.12)
 *    locked_vm              of an address space with an area that is advised to have huge pages:
 *                           mlock and munlock take it for changed whatever they do (D44, 32 bits
 *                           of flags)
 *    total_vm and its like  of a child whose parent waited for its own mmap_sem inside fork: what
 *                           it copied was changed meanwhile (D36, sizes copied before the lock on
 *                           them is taken). Its children inherit the drift
 *
 * Without a cause it stays as it is, up to the end of the address space. This one passes, since a
 * call that waits for a page is inside the kernel:
 *
 *    locked_vm              too low, of the address space that the call changes: mmap counts a
 *                           locked area when it has brought its pages, brk likewise
 */
import type { Mismatch, RecountRule } from "@forkpath/sync";
import type { Causes } from "./drift-causes.ts";

/** Which mismatches may be: those of its rules that are about one of its fields. */
export interface DriftRule {
  readonly rules: readonly RecountRule[];
  readonly fields: readonly string[];
  /** Whether the drift of `owner` may change by so much. */
  isAllowed(causes: Causes, owner: string, change: number): boolean;
  /** Whether it must be gone when its cause is. */
  readonly isPassing: boolean;
  /** Whether fork copies the number, right or wrong. */
  readonly isCopied?: boolean;
}

/** I13: after the end of an address space its counters stay off by as much as they were before. */
const DRIFT_RULES: readonly DriftRule[] = [
  {
    rules: ["I1", "I13"],
    fields: ["file_rss", "shmem_rss"],
    isAllowed: ({ migrating, remapping }, owner, change) =>
      migrating.has(owner) || (owner === remapping && change < 0),
    isPassing: false,
  },
  {
    rules: ["I2", "I13"],
    fields: ["anon_rss"],
    isAllowed: ({ migrating, remapping }, owner, change) =>
      migrating.has(owner) || (owner === remapping && change > 0),
    isPassing: false,
  },
  {
    rules: ["I3", "I13"],
    fields: ["swap_usage"],
    isAllowed: ({ poisoned, remapping }, owner, change) =>
      poisoned.has(owner) || (owner === remapping && change > 0),
    isPassing: false,
  },
  {
    rules: ["I12"],
    fields: ["vm_committed_as"],
    isAllowed: ({ hasUnaccountedStack }, _owner, change) => hasUnaccountedStack && change > 0,
    isPassing: false,
  },
  {
    rules: ["I10", "mm"],
    fields: ["total_vm", "shared_vm", "exec_vm", "stack_vm", "reserved_vm", "data_vm"],
    isAllowed: ({ living }, owner) => living !== null && !living.has(owner),
    isPassing: false,
    isCopied: true,
  },
  {
    rules: ["mm"],
    fields: ["locked_vm"],
    isAllowed: ({ advised }, owner) => advised.has(owner),
    isPassing: false,
  },
  {
    rules: ["mm"],
    fields: ["locked_vm"],
    isAllowed: ({ changing }, owner, change) => changing.has(owner) && change < 0,
    isPassing: true,
  },
];

/** Those that are about such a mismatch. */
export const driftRulesOf = ({ rule, field }: Mismatch): readonly DriftRule[] =>
  DRIFT_RULES.filter(({ rules, fields }) => rules.includes(rule) && fields.includes(field));
