/** Rights of an area, as maps writes them (M10/1): by MAYSHARE, whatever the area was mapped as. */
import { VmFlag } from "@forkpath/abi";

/**
 * `rw-p`.
 * @kernel show_vma_header_prefix in fs/proc/task_mmu.c
 */
export const permsText = (flags: number): string =>
  [
    flags & VmFlag.READ ? "r" : "-",
    flags & VmFlag.WRITE ? "w" : "-",
    flags & VmFlag.EXEC ? "x" : "-",
    flags & VmFlag.MAYSHARE ? "s" : "p",
  ].join("");
