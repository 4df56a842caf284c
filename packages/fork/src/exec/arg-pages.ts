/**
 * Argument strings go to the new stack while the old address space is still in use (SPEC §7.2,
 * §7.3).
 *
 * Their pages are counted twice: as pages of the new mm, and as a charge on the old one (D30),
 * which in the non-split build no lock protects (D1).
 */
import { Errno, PAGE_SIZE, type Pfn, pageAlignDown } from "@forkpath/abi";
import { acctArgSize } from "@forkpath/counters";
import { getUserPages, type MmLimits, vmaPages } from "@forkpath/mm";
import { dropPage } from "@forkpath/mm/internal";
import { type KernelThread, traced } from "@forkpath/sync";
import { mmLimitsOf } from "../task/rlimit.ts";
import { type ForkEnv, Rlimit, type TaskStruct } from "../types.ts";
import type { LinuxBinprm } from "./binprm.ts";
import { stringBytes } from "./program.ts";

/** Bytes of one string. @kernel MAX_ARG_STRLEN in include/linux/binfmts.h */
const MAX_ARG_STRLEN = 32 * PAGE_SIZE;
/** Bytes of stack that an exec may use whatever the limit says. */
const EXEC_STACK_ALLOWANCE = 2 * 1024 * 1024;

/**
 * Puts strings below what is there, the last one first, from the top of each down. A page is got
 * when the first byte goes there, and let go at once: nobody else knows the new mm.
 * @returns 0 or -E2BIG: for a string or a sum that is too long, and for every failure to get a page
 * @kernel copy_strings in fs/exec.c
 */
export function* copyStrings(
  fe: ForkEnv,
  bprm: LinuxBinprm,
  strings: readonly string[],
): KernelThread<number> {
  let lastPage = Number.NaN;
  for (const text of strings.toReversed()) {
    const bytes = stringBytes(text);
    if (bytes > MAX_ARG_STRLEN) return -Errno.E2BIG;
    const top = pageAlignDown(bprm.p - 1);
    bprm.p -= bytes;
    if (bprm.p < bprm.argMin) return -Errno.E2BIG;
    for (let page: number = top; page >= pageAlignDown(bprm.p); page -= PAGE_SIZE) {
      if (page === lastPage) continue;
      const pinned = yield* getArgPage(fe, bprm, page);
      if (pinned === null) return -Errno.E2BIG;
      dropPage(fe.mm, pinned);
      lastPage = page;
    }
  }
  return 0;
}

/**
 * Faults one page of the stack in for writing, and pins it. The stack grows as far as needed, and
 * where it has a guard page of its own by that too. Takes no mmap_sem.
 * @returns null when there is no page, or the strings take too much of the stack limit
 * @kernel get_arg_page in fs/exec.c
 */
function* getArgPage(fe: ForkEnv, bprm: LinuxBinprm, addr: number): KernelThread<Pfn | null> {
  const { current, mm, vma } = bprm;
  const pages: Pfn[] = [];
  const how = { isWrite: true, isForced: true, limits: execLimitsOf(current) };
  const count = yield* getUserPages(fe.mm, mm, addr, 1, how, pages);
  if (count <= 0) return null;
  yield* chargeArgs(fe, bprm, vmaPages(vma));
  const most = fe.rules.execStrings.afterPage(current.signal.rlimits[Rlimit.STACK]);
  if (vma.end - vma.start <= most) return pages[0];
  dropPage(fe.mm, pages[0]);
  return null;
}

/**
 * Brings the charge on the mm that the caller still has to `pages`.
 * @kernel acct_arg_size in fs/exec.c
 */
export function* chargeArgs(fe: ForkEnv, bprm: LinuxBinprm, pages: number): KernelThread<void> {
  const { mm } = bprm.current;
  const lock = mm === null ? null : fe.rules.argLock(fe.mm, mm);
  const charge = acctArgSize(fe.sync, mm?.counters ?? null, bprm, pages, lock);
  yield* traced(fe.sync, "acct_arg_size", charge, { pages });
}

const execLimitsOf = (task: TaskStruct): MmLimits => {
  const limits = mmLimitsOf(task);
  return { ...limits, stack: Math.max(limits.stack, EXEC_STACK_ALLOWANCE) };
};
