/**
 * prctl(PR_SET_MDWE): memory-deny-write-execute (M20/5). What is there already stays as it is.
 *
 *    old area    new rights    answer
 *    any         w and x       -EACCES
 *    no x        x             -EACCES
 *    x           x, no w       0
 *
 * Every answer is one that a live 6.18.44 gave.
 */
import { Errno, VmFlag } from "@forkpath/abi";
import { type KernelThread, writing } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";
import { MmFlag } from "../values.ts";

/** @kernel PR_MDWE_REFUSE_EXEC_GAIN, and PR_MDWE_NO_INHERIT with it, in uapi/linux/prctl.h */
export type Mdwe = "inherited" | "own";

const BOTH: number = MmFlag.HAS_MDWE | MmFlag.HAS_MDWE_NO_INHERIT;

/**
 * From now on memory cannot become executable; that is for good.
 * @param how whether children take it over, and a new program
 * @returns 0; -EPERM where it was set otherwise; -EINVAL on a kernel without it
 * @kernel prctl_set_mdwe in kernel/sys.c
 */
export const sysPrctlMdwe = (env: MmEnv, mm: MmStruct, how: Mdwe): KernelThread<number> =>
  writing(env.sync, mm.mmapSem, "sys_prctl", () => {
    if ((env.rules.mmInit.flags & MmFlag.HAS_MDWE) === 0) return -Errno.EINVAL;
    const wanted = how === "own" ? BOTH : MmFlag.HAS_MDWE;
    const had = mm.flags & BOTH;
    if (had !== 0 && had !== wanted) return -Errno.EPERM;
    mm.flags |= wanted;
    return 0;
  });

/**
 * @param oldFlags of the area, or those of a new one
 * @kernel map_deny_write_exec in include/linux/mman.h
 */
export function deniesWriteExec(mm: MmStruct, oldFlags: number, flags: number): boolean {
  if ((mm.flags & MmFlag.HAS_MDWE) === 0 || (flags & VmFlag.EXEC) === 0) return false;
  return (flags & VmFlag.WRITE) !== 0 || (oldFlags & VmFlag.EXEC) === 0;
}
