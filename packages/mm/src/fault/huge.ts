/**
 * Page faults where huge pages may be (SPEC §9.2/2-5): what the pmd says decides.
 *
 *    pmd                                answer
 *    none, the area gets huge pages     a huge page, or the pte path if none is to be had
 *    huge, read-only, write             doHugePmdWpPage; out of memory: from the start, on ptes now
 *    huge otherwise                     0: somebody was faster
 *    anything else                      the pte path, with a table made if it is missing
 */
import { type Pfn, PMD_SIZE, virtAddr } from "@forkpath/abi";
import {
  allocPmdCell,
  isPteNone,
  isPteWrite,
  mkPteHigh,
  mkPteLow,
  NO_CELL,
  NO_TABLE,
  Pte,
  pmdLockOf,
  pteAlloc,
  pteAllocOne,
  pteFree,
  pteHigh,
  pteLow,
  pteMkspecial,
  pteOffset,
  setPte,
} from "@forkpath/page-table";
import { HUGE_ENTRY } from "@forkpath/page-table/internal";
import { NO_PFN } from "@forkpath/rmap";
import { holding, type KernelThread, tracedAt } from "@forkpath/sync";
import { addNewHugePage } from "../area/new-huge-page.ts";
import { prepareAnonVma } from "../area/prepare-anon-vma.ts";
import { depositTable } from "../huge/deposit.ts";
import { dropHugePage, hugeZeroPage } from "../huge/frames.ts";
import { addHugeRss, allocHugePage } from "../huge/page.ts";
import type { FaultSite } from "../machine/fault-site.ts";
import {
  hugeAlignDown,
  isHugeEnabled,
  isHugePmd,
  isSplittingPmd,
  storeHugePmd,
} from "../machine/huge-pmd.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { type MmEnv, type Vma, VmFault } from "../types.ts";
import { doHugePmdWpPage } from "./huge-wp.ts";

/** In place of VmFault bits: the fault is one of a pte. */
export const PTE_FAULT = -1;

const WHERE = "__do_huge_pmd_anonymous_page";

/**
 * Goes down to the pmd, and handles the fault there if it concerns a huge page.
 * @returns VmFault bits; or PTE_FAULT, with the site's cell set
 * @kernel handle_mm_fault in mm/memory.c
 */
export function* handleHugeFault(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync, tables } = env;
  const { mm } = site.vma;
  for (;;) {
    const pmd = yield* allocPmdCell(sync, tables, mm, site.addr);
    if (pmd === NO_CELL) return VmFault.OOM;
    yield* stopAtMemory(env);
    const low = pteLow(tables, pmd);
    const high = pteHigh(tables, pmd);
    if (isHugePmd(env, pmd)) {
      if (!site.isWrite || isPteWrite(low) || isSplittingPmd(env, pmd)) return 0;
      const fault = { vma: site.vma, start: hugeAlignDown(site.addr), pmd, low, high };
      const code = yield* tracedAt(
        sync,
        "do_huge_pmd_wp_page",
        doHugePmdWpPage(env, fault),
        site.addr,
      );
      if (code & VmFault.OOM) continue;
      return code;
    }
    if (isPteNone(low, high) && mayMapHugePage(env, site)) {
      const fresh = doHugePmdAnonymousPage(env, site, hugeAlignDown(site.addr), pmd);
      const code = yield* tracedAt(sync, "do_huge_pmd_anonymous_page", fresh, site.addr);
      if (code !== PTE_FAULT) return code;
    }
    const row = yield* pteAlloc(sync, tables, mm, pmd);
    if (row === HUGE_ENTRY) return 0;
    if (row === NO_TABLE) return VmFault.OOM;
    site.cell = pteOffset(row, virtAddr(site.addr));
    return PTE_FAULT;
  }
}

/** A huge page has to lie within its area, and only memory without an owner gets one. */
function mayMapHugePage(env: MmEnv, { vma, addr }: FaultSite): boolean {
  const start = hugeAlignDown(addr);
  return (
    vma.ops === null && start >= vma.start && start + PMD_SIZE <= vma.end && isHugeEnabled(env, vma)
  );
}

/**
 * Maps a huge page. In el6 for a read, too (D21, a read that costs 2 MiB), and at the lowest end of
 * a stack (D40, the guard page of a stack); later a read maps the huge page of zeroes.
 * @returns 0; OOM; PTE_FAULT when no huge page is to be had
 * @kernel do_huge_pmd_anonymous_page in mm/huge_memory.c
 * @deviates Enters the mm in no list for khugepaged to scan, so that cannot fail.
 */
function* doHugePmdAnonymousPage(
  env: MmEnv,
  { vma, isWrite }: FaultSite,
  start: number,
  pmd: number,
): KernelThread<number> {
  const { sync, tables } = env;
  if ((yield* prepareAnonVma(env, vma)) !== 0) return VmFault.OOM;
  const isZero = !isWrite && env.rules.huge.hasZeroPage;
  const page = isZero ? hugeZeroPage(env) : yield* allocHugePage(env);
  if (page === NO_PFN) return PTE_FAULT;
  const table = yield* pteAllocOne(sync, tables, vma.mm);
  if (table === NO_TABLE) {
    if (!isZero) dropHugePage(env, page);
    return VmFault.OOM;
  }
  const map = isZero
    ? mapZeroUnlessLost(env, vma, pmd, page, table)
    : mapUnlessLost(env, vma, start, pmd, page, table);
  const isMapped = yield* holding(sync, pmdLockOf(tables, vma.mm, pmd), WHERE, map);
  if (!isMapped) {
    if (!isZero) dropHugePage(env, page);
    pteFree(tables, table);
  }
  return 0;
}

/**
 * Requires page_table_lock. @returns false when another thread was faster
 * @kernel set_huge_zero_folio in mm/huge_memory.c
 */
function* mapZeroUnlessLost(
  env: MmEnv,
  vma: Vma,
  pmd: number,
  zero: Pfn,
  table: number,
): KernelThread<boolean> {
  const { tables } = env;
  yield* stopAtMemory(env);
  if (!isPteNone(pteLow(tables, pmd), pteHigh(tables, pmd))) return false;
  const low = pteMkspecial(mkPteLow(zero, vma.pageProtLow | Pte.PSE));
  setPte(tables, pmd, low, mkPteHigh(zero, vma.pageProtHigh));
  depositTable(vma.mm, table);
  vma.mm.nrPtes++;
  return true;
}

/** Requires page_table_lock. @returns false when another thread was faster, whatever it mapped */
function* mapUnlessLost(
  env: MmEnv,
  vma: Vma,
  start: number,
  pmd: number,
  page: Pfn,
  table: number,
): KernelThread<boolean> {
  const { tables } = env;
  const { mm } = vma;
  yield* stopAtMemory(env);
  if (!isPteNone(pteLow(tables, pmd), pteHigh(tables, pmd))) return false;
  addNewHugePage(env, vma, start, page);
  yield* stopAtMemory(env);
  storeHugePmd(env, vma, pmd, page);
  depositTable(mm, table);
  yield* addHugeRss(env, mm, 1);
  mm.nrPtes++;
  return true;
}
