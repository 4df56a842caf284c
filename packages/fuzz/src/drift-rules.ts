/**
 * Numbers that a recount rightly finds wrong, and that are no fault of the model. By how much a
 * number is off, its drift, may change only in a step with a cause, there before it or after it:
 *
 *    _file_rss, _anon_rss   of an address space with migration entries: D3
 *    _swap_usage            of an address space with entries of frames that went bad: D4
 *    all three              of whoever calls remap_file_pages over copies that were forced into a
 *                           shared mapping: a page less of files, or one more in swap (D6)
 *    vm_committed_as        upwards only, with a stack that is charged for what it grows by, and
 *                           that is not VM_ACCOUNT: nobody gives that back (SPEC §5.12)
 *
 *    locked_vm              of an address space with an area that is advised to have huge pages: mlock
 *                           and munlock take it for changed whatever they do (D44, 32 bits of flags)
 *    total_vm and its like  of a child whose parent waited for its own mmap_sem inside fork: what
 *                           it copied was changed meanwhile (D36). Its children have it of it
 *
 * Without a cause it stays as it is, up to the end of the address space. This one passes, since a
 * call that waits for a page is inside the kernel:
 *
 *    locked_vm              too low, of the address space that the call changes: mmap counts a
 *                           locked area when it has brought its pages, brk likewise
 */
import type { Causes } from "./drift-causes.ts";

export interface Mismatch {
  /** `mm2._anon_rss`, `mm2: totalVm`, `page 0x4` */
  readonly what: string;
  /** What counts or is counted by, before the counter's name: `mm2`, or a frame: `0x4`. */
  readonly owner: string;
  readonly drift: number;
}

export interface Rule {
  /** With groups `what`, `owner`, `kept` and `counted`. */
  readonly line: RegExp;
  /** Whether the drift of `owner` may change by so much. */
  isAllowed(causes: Causes, owner: string, change: number): boolean;
  /** Whether it must be gone when its cause is. */
  readonly isPassing: boolean;
  /** Whether fork copies the number, right or wrong. */
  readonly isCopied?: boolean;
}

const LOCKED_VM =
  /^mm: (?<what>(?<owner>\w+): locked_vm) is (?<kept>-?\d+), but (?<counted>\d+) counted$/;

export const RULES: readonly Rule[] = [
  {
    line: /(?<what>(?<owner>\w+)\._file_rss): (?<kept>-?\d+), but .* hold (?<counted>\d+)$/,
    isAllowed: ({ migrating, remapping }, owner, change) =>
      migrating.has(owner) || (owner === remapping && change < 0),
    isPassing: false,
  },
  {
    line: /(?<what>(?<owner>\w+)\._anon_rss): (?<kept>-?\d+), but .* hold (?<counted>\d+)$/,
    isAllowed: ({ migrating, remapping }, owner, change) =>
      migrating.has(owner) || (owner === remapping && change > 0),
    isPassing: false,
  },
  {
    line: /(?<what>(?<owner>\w+)\._swap_usage): (?<kept>-?\d+), but .* hold (?<counted>\d+)$/,
    isAllowed: ({ poisoned, remapping }, owner, change) =>
      poisoned.has(owner) || (owner === remapping && change > 0),
    isPassing: false,
  },
  {
    line: /^(?<owner>I12): (?<what>\w+) is (?<kept>-?\d+), but (?<counted>\d+) pages are charged$/,
    isAllowed: ({ hasUnaccountedStack }, _owner, change) => hasUnaccountedStack && change > 0,
    isPassing: false,
  },
  {
    line: /^(I10|mm): (?<what>(?<owner>\w+): \w+Vm) is (?<kept>-?\d+), but (?<counted>\d+) counted$/,
    isAllowed: ({ isSemAwaited, living }, owner) => isSemAwaited && !living.has(owner),
    isPassing: false,
    isCopied: true,
  },
  {
    line: LOCKED_VM,
    isAllowed: ({ advised }, owner) => advised.has(owner),
    isPassing: false,
  },
  {
    line: LOCKED_VM,
    isAllowed: ({ changing }, owner, change) => changing.has(owner) && change < 0,
    isPassing: true,
  },
];

/** Requires a line that the rule is about. */
export function parseMismatch({ line: pattern }: Rule, line: string): Mismatch {
  const { what = "", owner = "", kept, counted } = pattern.exec(line)?.groups ?? {};
  return { what, owner, drift: Number(kept) - Number(counted) };
}
