/** Cutting an area in two: what every system call on a part of an area starts with. */
import { Errno, PAGE_SIZE } from "@forkpath/abi";
import { anonVmaClone } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { mayHaveAreas } from "../machine/limits.ts";
import { getVmaFile } from "../page/file-refs.ts";
import type { MmEnv, Vma } from "../types.ts";
import { moveStart, shrinkVma } from "./adjust.ts";
import { allocVma, copyVmaStruct } from "./list.ts";
import { vmaMerge } from "./merge.ts";

/**
 * Splits at `addr`, unless the mm has as many areas as it may have (SPEC §5.13).
 * @returns 0, or -ENOMEM with nothing changed
 * @kernel split_vma in mm/mmap.c
 */
function* splitVma(env: MmEnv, vma: Vma, addr: number, newBelow: boolean): KernelThread<number> {
  if (!mayHaveAreas(env, vma.mm, 1)) return -Errno.ENOMEM;
  return yield* splitVmaAnyway(env, vma, addr, newBelow);
}

/**
 * Splits at `addr`, which lies inside. `vma` keeps the upper part if `newBelow`, else the lower;
 * the other part is a new area.
 * @returns 0, or -ENOMEM with nothing changed
 * @kernel __split_vma in mm/mmap.c
 */
export function* splitVmaAnyway(
  env: MmEnv,
  vma: Vma,
  addr: number,
  newBelow: boolean,
): KernelThread<number> {
  if (!(yield* allocVma(env))) return -Errno.ENOMEM;
  const part = copyVmaStruct(vma, newBelow ? { end: addr } : {});
  if (!newBelow) moveStart(part, addr);
  const status = yield* anonVmaClone(env.sync, env.anonVmas, part, vma);
  if (status !== 0) return status;
  getVmaFile(env, part);
  part.ops?.open?.(part);
  if (newBelow) yield* shrinkVma(env, vma, addr, vma.end, part);
  else yield* shrinkVma(env, vma, vma.start, addr, part);
  return 0;
}

/**
 * Makes [start, end), which lies in `vma`, one area that may get the flags `flags`: by merging it
 * into a neighbour that has them, or by splitting off what lies around it. Sets no flags.
 * @returns that area; null when memory is short or areas are too many: one of two splits may have
 *   been made
 * @kernel vma_merge and two split_vma, as in mprotect_fixup, madvise_behavior and mlock_fixup
 */
export function* mergeOrIsolate(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  flags: number,
): KernelThread<Vma | null> {
  const { file } = vma;
  const pgoff = vma.pgoff + (start - vma.start) / PAGE_SIZE;
  const merged = yield* vmaMerge(env, vma.mm, { start, end, flags, pgoff, file, links: vma });
  if (merged !== null) return merged;
  const isIsolated =
    (start === vma.start || (yield* splitVma(env, vma, start, true)) === 0) &&
    (end === vma.end || (yield* splitVma(env, vma, end, false)) === 0);
  return isIsolated ? vma : null;
}
