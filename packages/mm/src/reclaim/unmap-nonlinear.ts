/**
 * Takes pages away from nonlinear mappings (SPEC §4.7/2, §1.5 row 20).
 *
 * Nothing says where such a mapping has a page, so the kernel gives up whole clusters of it, page
 * after page, until the one it is after is gone. The entries remember what they mapped.
 */
import { hex, PAGE_SIZE, type Pfn, PMD_SIZE, VmFlag, virtAddr } from "@forkpath/abi";
import { decMmCounter, updateHiwaterRss } from "@forkpath/counters";
import {
  clearPte,
  findPteCell,
  isPteDirty,
  isPtePresent,
  NO_CELL,
  pfnAt,
  pteLow,
  setFilePte,
  testAndClearYoung,
} from "@forkpath/page-table";
import {
  isPageAnon,
  linearPageIndex,
  NormalPage,
  pageMapped,
  pageRemoveRmap,
  vmNormalPage,
} from "@forkpath/rmap";
import { bugUnless, holding, type KernelThread } from "@forkpath/sync";
import { fileCounterOf } from "../machine/counter-of.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import { dropPage, setPageDirty } from "../page/state.ts";
import type { MappedFile, MmEnv, Vma } from "../types.ts";
import { SwapResult } from "./rmap-walk.ts";
import type { TtuFlags } from "./try-to-unmap-one.ts";

/** Bytes. @kernel CLUSTER_SIZE in mm/rmap.c */
const CLUSTER_SIZE: number = Math.min(32 * PAGE_SIZE, PMD_SIZE);
const WHERE = "try_to_unmap_cluster";

/**
 * Unmaps clusters of the file's nonlinear mappings until none maps the page.
 * @returns AGAIN
 * @throws KernelBug where a cluster holds an anonymous page (D43)
 * @kernel try_to_unmap_file in mm/rmap.c: the second half
 * @deviates Starts at the first cluster each time; passes locked vmas by, and locks no page.
 */
export function* unmapFromNonlinear(
  env: MmEnv,
  pfn: Pfn,
  file: MappedFile,
  flags: TtuFlags,
): KernelThread<SwapResult> {
  if (file.iMmapNonlinear.size === 0) return SwapResult.AGAIN;
  yield* holding(env.sync, file.iMmapLock, WHERE, unmapFromAll(env, pfn, file, flags));
  return SwapResult.AGAIN;
}

function* unmapFromAll(
  env: MmEnv,
  pfn: Pfn,
  file: MappedFile,
  flags: TtuFlags,
): KernelThread<void> {
  for (const vma of file.iMmapNonlinear) {
    if (!flags.ignoreMlock && vma.flags & VmFlag.LOCKED) continue;
    let cluster = vma.start - (vma.start % CLUSTER_SIZE);
    for (; cluster < vma.end && pageMapped(env.map, pfn); cluster += CLUSTER_SIZE) {
      yield* tryToUnmapCluster(env, vma, cluster);
    }
  }
}

/** @kernel try_to_unmap_cluster in mm/rmap.c */
function* tryToUnmapCluster(env: MmEnv, vma: Vma, cluster: number): KernelThread<void> {
  const start = Math.max(vma.start, cluster);
  const end = Math.min(vma.end, cluster + CLUSTER_SIZE);
  // A cluster never crosses tables, so one lock will do.
  const cell = findPteCell(env.tables, vma.mm.pgd, virtAddr(start));
  if (cell === NO_CELL) return;
  const ptl = ptlOfCell(env, vma.mm, cell);
  yield* holding(env.sync, ptl, WHERE, unmapIdleOnes(env, vma, start, end, cell));
}

/** Requires the lock of the table that `cell`, the entry at `start`, lies in. */
function* unmapIdleOnes(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  cell: number,
): KernelThread<void> {
  yield* updateHiwaterRss(env.sync, vma.mm.counters);
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    yield* unmapIfIdle(env, vma, addr, cell + (addr - start) / PAGE_SIZE);
  }
}

/** A page that was used a moment ago only loses its mark, and stays. */
function* unmapIfIdle(env: MmEnv, vma: Vma, addr: number, cell: number): KernelThread<void> {
  const { sync, tables, map } = env;
  const low = pteLow(tables, cell);
  if (!isPtePresent(low)) return;
  const pfn = pfnAt(tables, cell);
  const isFilePage =
    vmNormalPage(map, vma.flags, low, pfn) === NormalPage.NORMAL && !isPageAnon(map, pfn);
  bugUnless(isFilePage, "anon-page-in-nonlinear-vma", `${WHERE} at ${hex(addr)}`);
  if (testAndClearYoung(tables, cell)) return;
  yield* stopAtMemory(env);
  clearPte(tables, cell);
  const index = map.index[pfn];
  if (index !== linearPageIndex(vma, addr)) {
    setFilePte(tables, cell, index);
  }
  if (isPteDirty(low)) setPageDirty(env, pfn);
  pageRemoveRmap(map, pfn);
  dropPage(env, pfn);
  yield* decMmCounter(sync, vma.mm.counters, fileCounterOf(env, vma.file));
}
