/**
 * Pages of an area that is no longer locked: the Mlocked mark is taken off them, one by one.
 *
 * The mark only keeps reclaim from trying; whether a page may go is decided by the VM_LOCKED of
 * the areas that map it (SPEC §4.7). So a page that another area locks gets it back at once.
 */
import { type Pfn, pfn as toPfn, VmFlag, withoutVmFlag } from "@forkpath/abi";
import { isPtePresent, pfnAt, pteLow } from "@forkpath/page-table";
import { getPage, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { vmaPages } from "../area/list.ts";
import { splitHugeRange } from "../huge/range.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { nextPteSpan, type PteSpan } from "../machine/pte-walk.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { dropPage } from "../page/state.ts";
import type { MmEnv, Vma } from "../types.ts";
import { tryToUnmap } from "./try-to-unmap.ts";
import { TtuAction, type TtuFlags } from "./try-to-unmap-one.ts";

/** Asks each area that maps a page whether it is locked, and unmaps nothing. */
const MUNLOCK: TtuFlags = {
  action: TtuAction.MUNLOCK,
  ignoreMlock: false,
  ignoreAccess: true,
  ignoreHwpoison: false,
};

/**
 * Unlocks every locked area of `vmas`, and takes their pages off `lockedVm`.
 * @kernel the munlock loop of do_munmap in mm/mmap.c
 */
export function* munlockVmas(env: MmEnv, vmas: readonly Vma[]): KernelThread<void> {
  for (const vma of vmas) {
    if ((vma.flags & VmFlag.LOCKED) === 0) continue;
    yield* stopAtMemory(env); // unmapping looks without mmap_sem
    vma.mm.lockedVm -= vmaPages(vma);
    vma.flags = withoutVmFlag(vma.flags, VmFlag.LOCKED);
    yield* munlockPages(env, vma, vma.start, vma.end);
  }
}

/**
 * Takes the mark off the pages that [start, end) of `vma` maps; its flag is cleared already.
 * @kernel munlock_vma_pages_range in mm/mlock.c
 */
export function* munlockPages(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<void> {
  if (!env.rules.huge.isLarge) yield* splitHugeRange(env, vma.mm, start, end);
  for (let at = start; at < end; ) {
    const span = nextPteSpan(env, vma.mm.pgd, at, end);
    if (span === null) return;
    yield* munlockSpan(env, vma, span);
    at = span.end;
  }
}

/**
 * The same for a locked area, which keeps the flag: only what it is about to lose is unlocked.
 * @kernel the munlock_vma_pages_range of sys_remap_file_pages in mm/fremap.c
 */
export function* munlockMeanwhile(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<void> {
  vma.flags -= VmFlag.LOCKED;
  yield* munlockPages(env, vma, start, end);
  vma.flags += VmFlag.LOCKED;
}

function* munlockSpan(env: MmEnv, vma: Vma, span: PteSpan): KernelThread<void> {
  const { tables, map } = env;
  for (let cell = span.cell; cell < span.endCell; cell++) {
    yield* stopAtMemory(env);
    const low = pteLow(tables, cell);
    if (!isPtePresent(low)) continue;
    const frame = pfnAt(tables, cell);
    if (vmNormalPage(map, vma.flags, low, frame) !== NormalPage.NORMAL) continue;
    if (map.flags[frame] & PageFlag.MLOCKED) yield* munlockVmaPage(env, toPfn(frame));
  }
}

/** @kernel munlock_vma_page and try_to_munlock in mm/mlock.c and mm/rmap.c */
function* munlockVmaPage(env: MmEnv, pfn: Pfn): KernelThread<void> {
  const { map } = env;
  getPage(map, pfn);
  yield* lockPage(env, pfn);
  map.flags[pfn] &= ~(PageFlag.MLOCKED | PageFlag.UNEVICTABLE);
  // Another area that locks the page puts the mark back.
  yield* tryToUnmap(env, pfn, MUNLOCK);
  unlockPage(env, pfn);
  dropPage(env, pfn);
}
