/**
 * Copies the page tables of one vma from parent to child: the walk above the pte tables (SPEC
 * §6.7, §6.8), from the top down.
 *
 *   copyPageRange       is there anything to copy at all?
 *     copyPgdRange      the pgd
 *       copyPudRange    a pud table each 512 GiB
 *         copyPmdRange  a pmd table each GiB
 *           copyPteRange  a pte table each 2 MiB, or copyHugePmd a huge page
 *
 * The child's table of each level is allocated before the parent's entries of that level are
 * looked at, so the child can end up with empty tables (D31).
 */
import { Errno, isCowMapping, type VirtAddr, VmFlag } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import {
  Level,
  NO_TABLE,
  pgdAddrEnd,
  pgdOffset,
  pmdAddrEnd,
  pmdAlloc,
  pmdOffset,
  pudAddrEnd,
  pudAlloc,
  pudOffset,
} from "@forkpath/page-table";
import { entryRow, noneOrClearBad } from "@forkpath/page-table/internal";
import { type KernelThread, tracedAt, tracedRange } from "@forkpath/sync";
import { isHugePmd } from "../machine/huge-pmd.ts";
import { notifyRangeEnd, notifyRangeStart } from "../machine/notifier.ts";
import type { CopyVma, MmEnv, MmStruct } from "../types.ts";
import { copyHugePmd } from "./huge.ts";
import { copyPteRange } from "./pte-range.ts";
import { type CopyRun, createCopyRun } from "./run.ts";

/**
 * Copies what `vma` of `src` maps to the same addresses of `dst`.
 *
 * Requires both mmap_sems held for writing. `vma` is the parent's.
 * @returns 0; -ENOMEM; or what the tracking of a PFN mapping answered
 * @kernel copy_page_range in mm/memory.c
 * @deviates hugetlb areas are not modelled: none may be passed
 * @example
 * ```ts
 * import { MapFlag, Prot } from "@forkpath/abi";
 * import { copyPageRange, createMmEnv, drawEntries, findVma, mmAlloc } from "@forkpath/mm";
 * import { sysMmap, touchRange } from "@forkpath/mm";
 * import { runToCompletion as run } from "@forkpath/sync";
 * const env = createMmEnv({ memoryPages: 1024 });
 * const [src, dst] = [run(mmAlloc(env, null))!, run(mmAlloc(env, null))!];
 * const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS;
 * const addr = run(sysMmap(env, src, { len: 16384, prot: Prot.READ | Prot.WRITE, flags }));
 * run(touchRange(env, src, addr, 2, true));
 * console.log(run(copyPageRange(env, dst, src, findVma(src, addr)!))); // 0
 * console.log(drawEntries(env, dst, addr, 4)); // r r - -
 * ```
 */
export function* copyPageRange(
  env: MmEnv,
  dst: MmStruct,
  src: MmStruct,
  vma: CopyVma,
): KernelThread<number> {
  if (!env.rules.needsCopy(vma)) return 0;
  if (vma.flags & VmFlag.PFNMAP) {
    const status = trackPfnVmaCopy(env, vma);
    if (status !== 0) return status;
  }
  const isCow = isCowMapping(vma.flags);
  if (isCow) notifyRangeStart(env, vma.start, vma.end);
  const status = yield* copyPgdRange(env, createCopyRun(env, dst, src, vma, isCow), vma);
  if (isCow) notifyRangeEnd(env, vma.start, vma.end);
  return status;
}

function* copyPgdRange(env: MmEnv, run: CopyRun, vma: CopyVma): KernelThread<number> {
  const { start, end } = vma;
  for (let addr = start; addr < end; ) {
    const next = pgdAddrEnd(addr, end);
    const srcPgd = pgdOffset(run.src.pgd, addr);
    if (!noneOrClearBad(env.sync, env.tables, Level.PGD, srcPgd)) {
      const copy = copyPudRange(env, run, pgdOffset(run.dst.pgd, addr), srcPgd, addr, next);
      const status = yield* tracedRange(env.sync, "copy_pud_range", copy, addr, next);
      if (status !== 0) return -Errno.ENOMEM;
    }
    addr = next;
  }
  return 0;
}

/**
 * Copies [addr, end), which lies below one pgd entry.
 * @kernel copy_pud_range in mm/memory.c
 */
function* copyPudRange(
  env: MmEnv,
  run: CopyRun,
  dstPgd: number,
  srcPgd: number,
  start: VirtAddr,
  end: VirtAddr,
): KernelThread<number> {
  const { sync, tables } = env;
  let dstRow = entryRow(tables, dstPgd);
  if (dstRow === NO_TABLE) dstRow = yield* pudAlloc(sync, tables, run.dst, dstPgd);
  if (dstRow === NO_TABLE) return -Errno.ENOMEM;
  const srcRow = entryRow(tables, srcPgd);
  for (let addr = start; addr < end; ) {
    const next = pudAddrEnd(addr, end);
    const srcPud = pudOffset(srcRow, addr);
    if (!noneOrClearBad(sync, tables, Level.PUD, srcPud)) {
      const copy = copyPmdRange(env, run, pudOffset(dstRow, addr), srcPud, addr, next);
      const status = yield* tracedRange(sync, "copy_pmd_range", copy, addr, next);
      if (status !== 0) return -Errno.ENOMEM;
    }
    addr = next;
  }
  return 0;
}

/**
 * Copies [addr, end), which lies below one pud entry.
 * @kernel copy_pmd_range in mm/memory.c
 */
function* copyPmdRange(
  env: MmEnv,
  run: CopyRun,
  dstPud: number,
  srcPud: number,
  start: VirtAddr,
  end: VirtAddr,
): KernelThread<number> {
  const { sync, tables } = env;
  let dstRow = entryRow(tables, dstPud);
  if (dstRow === NO_TABLE) dstRow = yield* pmdAlloc(sync, tables, run.dst, dstPud);
  if (dstRow === NO_TABLE) return -Errno.ENOMEM;
  const srcRow = entryRow(tables, srcPud);
  for (let addr = start; addr < end; ) {
    const next = pmdAddrEnd(addr, end);
    const srcPmd = pmdOffset(srcRow, addr);
    const dstPmd = pmdOffset(dstRow, addr);
    let isCopied = false;
    if (isHugePmd(env, srcPmd)) {
      const copy = copyHugePmd(env, run, dstPmd, srcPmd);
      const status = yield* tracedAt(sync, "copy_huge_pmd", copy, addr);
      if (status === -Errno.ENOMEM) return status;
      isCopied = status === 0;
    }
    if (!isCopied && !noneOrClearBad(sync, tables, Level.PMD, srcPmd)) {
      const copy = copyPteRange(env, run, dstPmd, srcPmd, addr, next);
      const status = yield* tracedRange(sync, "copy_pte_range", copy, addr, next);
      if (status !== 0) return -Errno.ENOMEM;
    }
    addr = next;
  }
  return 0;
}

/** Asks whoever tracks memory types of PFN mappings. @kernel track_pfn_vma_copy */
function trackPfnVmaCopy(env: MmEnv, vma: CopyVma): number {
  const ret = env.trackPfnVmaCopy?.(vma) ?? 0;
  if (env.sync.traced & EventClass.MM) emit(env.sync, { kind: "track_pfn_vma_copy", ret });
  return ret;
}
