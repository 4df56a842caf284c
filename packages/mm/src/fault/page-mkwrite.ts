/**
 * Asking the file before the first write through a shared mapping (SPEC §9.6/9 to 11, §9.7/3).
 *
 * The file may wait, refuse, or say that it did everything itself; meanwhile nothing is locked,
 * and truncation can take the page away.
 */
import type { Pfn } from "@forkpath/abi";
import { invariant, type KernelThread } from "@forkpath/sync";
import { lockPage, unlockPage } from "../page/lock.ts";
import { dropPage } from "../page/state.ts";
import { type MmEnv, VM_FAULT_ERROR, type Vma, VmFault } from "../types.ts";

/** Not a fault code: the file agrees, and the page is locked. */
export const MKWRITE_GRANTED = -1;

/**
 * Asks for the page, which the caller holds a reference to but no lock.
 * @returns MKWRITE_GRANTED with the page locked; else the fault's result, the reference dropped
 * @kernel the calls of page_mkwrite in do_wp_page and __do_fault in mm/memory.c
 */
export function* askPageMkwrite(env: MmEnv, vma: Vma, pfn: Pfn): KernelThread<number> {
  invariant(vma.ops?.pageMkwrite !== undefined, "page-mkwrite", "the mapping has no page_mkwrite");
  const code = yield* vma.ops.pageMkwrite(env, vma, pfn);
  if (code & (VM_FAULT_ERROR | VmFault.NOPAGE)) {
    dropPage(env, pfn);
    return code;
  }
  if (code & VmFault.LOCKED) return MKWRITE_GRANTED;
  yield* lockPage(env, pfn);
  const isTruncated = env.map.mapping[pfn] === 0;
  if (!isTruncated) return MKWRITE_GRANTED;
  unlockPage(env, pfn);
  dropPage(env, pfn);
  return 0;
}
