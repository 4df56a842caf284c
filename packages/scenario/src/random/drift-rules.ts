/**
 * Numbers that a recount rightly finds wrong, and that are no fault of the model. By how much a
 * number is off, its drift, may change only in a step with a cause, there before it or after it:
 *
 *    _file_rss, _anon_rss   of an address space with migration entries: D3
 *    _swap_usage            of an address space with entries of frames that went bad: D4
 *    vm_committed_as        upwards only, with a stack that is charged for what it grows by, and
 *                           that is not VM_ACCOUNT: nobody gives that back (SPEC §5.12)
 *
 * Without a cause it stays as it is, up to the end of the address space. The others pass, since a
 * call that waits for a page is inside the kernel:
 *
 *    count of a frame       too high: the call holds references of its own
 *    locked_vm              too low, of the address space that the call changes: mmap counts a
 *                           locked area when it has brought its pages, brk likewise
 */
import type { Causes } from "./drift-causes.ts";

export interface Mismatch {
  /** `mm2._anon_rss`, `page 0x4` */
  readonly what: string;
  /** What counts or is counted by, before the counter's name: `mm2`. */
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
}

export const RULES: readonly Rule[] = [
  {
    line: /(?<what>(?<owner>\w+)\._(file|anon)_rss): (?<kept>-?\d+), but .* hold (?<counted>\d+)$/,
    isAllowed: ({ migrating }, owner) => migrating.has(owner),
    isPassing: false,
  },
  {
    line: /(?<what>(?<owner>\w+)\._swap_usage): (?<kept>-?\d+), but .* hold (?<counted>\d+)$/,
    isAllowed: ({ poisoned }, owner) => poisoned.has(owner),
    isPassing: false,
  },
  {
    line: /^(?<owner>I12): (?<what>\w+) is (?<kept>-?\d+), but (?<counted>\d+) pages are charged$/,
    isAllowed: ({ hasUnaccountedStack }, _owner, change) => hasUnaccountedStack && change > 0,
    isPassing: false,
  },
  {
    line: /^(?<owner>I5): (?<what>page \w+): count (?<kept>\d+), but (?<counted>\d+) references/,
    isAllowed: ({ isPageAwaited }, _owner, change) => isPageAwaited && change > 0,
    isPassing: true,
  },
  {
    line: /^mm: (?<what>(?<owner>\w+): locked_vm) is (?<kept>\d+), but (?<counted>\d+) counted$/,
    isAllowed: ({ changing }, owner, change) => changing.has(owner) && change < 0,
    isPassing: true,
  },
];

/** Requires a line that the rule is about. */
export function parseMismatch({ line: pattern }: Rule, line: string): Mismatch {
  const { what = "", owner = "", kept, counted } = pattern.exec(line)?.groups ?? {};
  return { what, owner, drift: Number(kept) - Number(counted) };
}
