/**
 * Takes every entry away from a page (SPEC §4.7): what reclaim, migration and poison begin with.
 */
import type { Pfn } from "@forkpath/abi";
import { isPageKsm, pageMapped } from "@forkpath/rmap";
import { invariant, type KernelThread } from "@forkpath/sync";
import { isTemporaryStack } from "../machine/huge-pmd.ts";
import { stopAtPage, stopToLook } from "../machine/memory-stop.ts";
import { isPageLocked } from "../page/lock.ts";
import { pageFile } from "../page/page-cache.ts";
import type { MmEnv, Vma } from "../types.ts";
import { type RmapVisit, rmapWalk, SwapResult } from "./rmap-walk.ts";
import { TtuAction, type TtuFlags, tryToUnmapOne } from "./try-to-unmap-one.ts";
import { unmapFromNonlinear } from "./unmap-nonlinear.ts";

/**
 * Unmaps a locked page from wherever it is mapped, as far as `flags` allow.
 * @returns SUCCESS exactly if no entry maps the page any more and no locked vma wants it
 * @throws InvariantError unless the page is locked, and for what `tryToUnmapOne` throws
 * @kernel try_to_unmap in mm/rmap.c
 * @deviates Fails for KSM pages, which reclaim of this model never takes.
 */
export function* tryToUnmap(env: MmEnv, pfn: Pfn, flags: TtuFlags): KernelThread<SwapResult> {
  invariant(isPageLocked(env, pfn), "page-not-locked", `try_to_unmap of page ${pfn}`);
  if (isPageKsm(env.map, pfn)) return SwapResult.FAIL;
  if (!pageMapped(env.map, pfn)) return SwapResult.SUCCESS;
  let result = yield* rmapWalk(env, pfn, "try_to_unmap", unmapVisit(env, pfn, flags));
  if (result === SwapResult.AGAIN && flags.action !== TtuAction.MUNLOCK) {
    const file = pageFile(env, pfn);
    if (file !== undefined) result = yield* unmapFromNonlinear(env, pfn, file, flags);
  }
  yield* stopAtPage(env, pfn);
  const isGone = result !== SwapResult.MLOCK && !pageMapped(env.map, pfn);
  return isGone ? SwapResult.SUCCESS : result;
}

const unmapVisit =
  (env: MmEnv, pfn: Pfn, flags: TtuFlags): RmapVisit =>
  (vma, addr) =>
    unmapAt(env, pfn, flags, vma, addr);

function* unmapAt(
  env: MmEnv,
  pfn: Pfn,
  flags: TtuFlags,
  vma: Vma,
  addr: number,
): KernelThread<SwapResult> {
  yield* stopToLook(env, vma.mm, addr);
  if (flags.action === TtuAction.MIGRATION && isTemporaryStack(vma)) return SwapResult.AGAIN;
  const result = yield* tryToUnmapOne(env, pfn, vma, addr, flags);
  yield* stopAtPage(env, pfn);
  const isOver = result === SwapResult.AGAIN && !pageMapped(env.map, pfn);
  return isOver ? SwapResult.SUCCESS : result;
}
