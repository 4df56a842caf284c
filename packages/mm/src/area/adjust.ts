/**
 * Moving the borders between areas: the one place where merge, split and resize come together.
 *
 * Reverse mapping reads an area's start and pgoff under the locks of its file and its anon_vma,
 * without mmap_sem; so borders move under both. What an area that grows takes over may hold
 * anonymous pages: then it has to be linked to their anon_vma first.
 */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { anonVmaClone, unlinkAnonVmas } from "@forkpath/rmap";
import { holding, type KernelThread } from "@forkpath/sync";
import { splitHugePageAt } from "../huge/range.ts";
import { putVmaFile } from "../page/file-refs.ts";
import type { MmEnv, Vma } from "../types.ts";
import { linkFileVma, removeSharedVmStruct } from "./file.ts";
import { findVmaIndex, insertVma, vmasWithin } from "./list.ts";

/**
 * Sets the borders of `vma` to [start, end), which hold the old ones. Neighbours give way: what
 * lies within goes, what reaches out of it shrinks. The caller knows that they are mergeable.
 * @returns 0, or -ENOMEM with nothing changed
 * @kernel vma_adjust in mm/mmap.c, without `insert`
 */
export function* growVma(env: MmEnv, vma: Vma, start: number, end: number): KernelThread<number> {
  const givers = vmasWithin(vma.mm, start, end).filter((other) => other !== vma);
  const status = yield* takeAnonVma(env, vma, givers);
  if (status !== 0) return status;
  yield* splitHugeAtBorders(env, vma, start, end);
  const gone = givers.filter((giver) => giver.start >= start && giver.end <= end);
  yield* holdingBorders(env, vma, () => {
    for (const giver of gone) takeOutVma(giver);
    for (const giver of givers) {
      if (giver.end > end) moveStart(giver, end);
      else if (giver.start < start) giver.end = virtAddr(start);
    }
    setBorders(vma, start, end);
  });
  for (const giver of gone) {
    // Its pages are reached through `vma` from now on: anon_vma_merge.
    yield* unlinkAnonVmas(env.sync, env.anonVmas, giver);
    putVmaFile(env, giver);
  }
  return 0;
}

/**
 * Cuts `vma` down to [start, end), and links `insert` in where it was, if there is one.
 * @kernel vma_adjust in mm/mmap.c, with `insert`
 */
export function* shrinkVma(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  insert: Vma | null,
): KernelThread<void> {
  yield* splitHugeAtBorders(env, vma, start, end);
  yield* holdingBorders(env, vma, () => {
    setBorders(vma, start, end);
    if (insert === null) return;
    insert.truncateCount = vma.truncateCount; // a truncation may have come by since the copy
    insertVma(insert);
    linkFileVma(insert);
  });
}

/**
 * Moves the first byte, and with it the offset: what is at an address stays there.
 * @kernel vma_adjust and expand_downwards in mm/mmap.c
 */
export function moveStart(vma: Vma, start: number): void {
  vma.pgoff += (start - vma.start) / PAGE_SIZE;
  vma.start = virtAddr(start);
}

function setBorders(vma: Vma, start: number, end: number): void {
  moveStart(vma, start);
  vma.end = virtAddr(end);
}

/** Links `vma` to the anon_vma of whoever gives it pages. @returns 0 or -ENOMEM */
function* takeAnonVma(env: MmEnv, vma: Vma, givers: readonly Vma[]): KernelThread<number> {
  if (vma.anonVma !== null) return 0;
  const giver = givers.find(({ anonVma }) => anonVma !== null);
  if (giver === undefined) return 0;
  vma.anonVma = giver.anonVma;
  return yield* anonVmaClone(env.sync, env.anonVmas, vma, giver);
}

/** Takes the area out of its mm; who holds what it held is the caller's business. */
function takeOutVma(vma: Vma): void {
  const { mm } = vma;
  mm.vmas.splice(findVmaIndex(mm, vma.start), 1);
  mm.mapCount--;
  removeSharedVmStruct(vma);
}

/**
 * A huge page lies in one area: where a border is about to cut one, it is split.
 * @kernel vma_adjust_trans_huge in include/linux/huge_mm.h
 */
function* splitHugeAtBorders(
  env: MmEnv,
  { mm }: Vma,
  start: number,
  end: number,
): KernelThread<void> {
  yield* splitHugePageAt(env, mm, start);
  yield* splitHugePageAt(env, mm, end);
}

/** Runs `move` under the locks of file and anon_vma, under which reverse mapping reads borders. */
function holdingBorders(env: MmEnv, vma: Vma, move: () => void): KernelThread<void> {
  const { sync } = env;
  const where = "vma_adjust";
  const inner = holding(sync, vma.anonVma?.root.lock ?? null, where, move);
  return holding(sync, vma.file?.iMmapLock ?? null, where, inner);
}
