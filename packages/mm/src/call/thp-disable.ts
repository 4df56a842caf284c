/** prctl(PR_SET_THP_DISABLE): a task turns huge pages off for all its memory (M20/5). */
import { Errno, VmFlag } from "@forkpath/abi";
import { type KernelThread, writing } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";
import { MmFlag } from "../values.ts";

const BOTH: number = MmFlag.DISABLE_THP | MmFlag.DISABLE_THP_EXCEPT_ADVISED;

/**
 * What is huge already stays so. A child and a new program take it over.
 * @param how "on" turns them on again; "unless advised" spares areas with MADV_HUGEPAGE
 * @returns 0; -EINVAL on a kernel without it
 * @kernel prctl_set_thp_disable in kernel/sys.c
 */
export const sysPrctlThp = (
  env: MmEnv,
  mm: MmStruct,
  how: "on" | "off" | "unless advised",
): KernelThread<number> =>
  writing(env.sync, mm.mmapSem, "sys_prctl", () => setThpDisable(env, mm, how));

/** Requires mmap_sem held for writing. */
function setThpDisable(
  { rules }: MmEnv,
  mm: MmStruct,
  how: "on" | "off" | "unless advised",
): number {
  const { noHugePages } = rules.mmInit;
  if (noHugePages === "never") return -Errno.EINVAL;
  if (how === "unless advised" && noHugePages !== "unless advised") return -Errno.EINVAL;
  if (noHugePages === "in new areas") {
    mm.defFlags &= ~VmFlag.NOHUGEPAGE;
    if (how === "off") mm.defFlags |= VmFlag.NOHUGEPAGE;
    return 0;
  }
  mm.flags &= ~BOTH;
  if (how === "off") mm.flags |= MmFlag.DISABLE_THP;
  if (how === "unless advised") mm.flags |= MmFlag.DISABLE_THP_EXCEPT_ADVISED;
  return 0;
}
