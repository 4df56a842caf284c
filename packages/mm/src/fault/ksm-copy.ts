/**
 * A swapped page that used to be merged, and that its first reader made its own (SPEC §9.5/10).
 *
 * Merged pages are swapped as one, and read back by processes that are no relatives. Whoever reads
 * the slot first becomes the page's owner; the rmap walk from that owner would never find the
 * others, so each of them gets a copy. A page that is still merged, or has no owner yet, is fine.
 */
import type { Pfn } from "@forkpath/abi";
import { linearPageIndex, NO_PFN, PageFlag, pageAnonVma } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { allocPage } from "../page/alloc.ts";
import { trylockPage } from "../page/lock.ts";
import type { MmEnv, Vma } from "../types.ts";

/**
 * Could the rmap walk of this swap-cache page miss `vma` at `addr`?
 * @kernel ksm_might_need_to_copy in include/linux/ksm.h
 */
export function ksmMightNeedToCopy(env: MmEnv, vma: Vma, addr: number, pfn: Pfn): boolean {
  const owner = pageAnonVma(env.map, env.anonVmas, pfn);
  if (owner === undefined) return false;
  return owner.root !== vma.anonVma?.root || env.map.index[pfn] !== linearPageIndex(vma, addr);
}

/**
 * The copy: a locked page of its own, which no slot holds, so it is dirty. NO_PFN without memory.
 * @kernel ksm_does_need_to_copy in mm/ksm.c
 */
export function* ksmDoesNeedToCopy(env: MmEnv): KernelThread<Pfn> {
  const copy = yield* allocPage(env);
  if (copy === NO_PFN) return copy;
  env.map.flags[copy] |= PageFlag.UPTODATE | PageFlag.DIRTY | PageFlag.SWAPBACKED;
  trylockPage(env, copy);
  return copy;
}
