/**
 * A write to a huge page that is mapped read-only (SPEC §2.13, do_huge_pmd_wp_page).
 *
 *    mapped by                     answer
 *    this pmd alone                in place
 *    others too                    a copy of 2 MiB
 *    others, no huge page free     512 small pages: the deposited table takes the pmd's place
 *    others, not even those        the page is split, and the fault starts over on ptes
 *
 * A large folio that others map too is never copied: its pmd is cut, and one page of 4 KiB copied
 * (L15/9).
 *
 * Who has pinned the page does not count as another (D13).
 */
import { PAGE_SIZE, type Pfn, PTRS_PER_TABLE } from "@forkpath/abi";
import {
  clearPte,
  isPteSame,
  maybeMkwrite,
  pmdLockOf,
  pteMkdirty,
  pteMkyoung,
  ptePfn,
  ptepSetAccessFlags,
} from "@forkpath/page-table";
import { populate } from "@forkpath/page-table/internal";
import { getPage, HPAGE_PMD_NR, isPageLarge, NO_PFN, pageRemoveRmap } from "@forkpath/rmap";
import { holding, type KernelThread } from "@forkpath/sync";
import { addNewAnonPage, storeWrittenPte } from "../area/new-anon-page.ts";
import { addNewHugePage } from "../area/new-huge-page.ts";
import { cutHugePmd } from "../huge/cut.ts";
import { withdrawTable } from "../huge/deposit.ts";
import { dropHugePage, isHugePageOurs, markHugeExclusive } from "../huge/frames.ts";
import { addHugeRss, allocHugePage } from "../huge/page.ts";
import { splitHugePage } from "../huge/split.ts";
import { storeHugePmd } from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { allocPage } from "../page/alloc.ts";
import { dropPage } from "../page/state.ts";
import { type MmEnv, type Vma, VmFault } from "../types.ts";

/** Where a write met a huge page, and the pmd that it found. */
export interface HugeFault {
  readonly vma: Vma;
  /** First byte of the huge page. */
  readonly start: number;
  readonly pmd: number;
  readonly low: number;
  readonly high: number;
}

const WHERE = "do_huge_pmd_wp_page";
/** In place of a code: others map the page too, so that a write needs a copy. */
const IS_SHARED = -1;

/**
 * @returns WRITE when the write may go on; 0 when the pmd has changed meanwhile; OOM to start over,
 *   with the page split
 * @kernel do_huge_pmd_wp_page in mm/huge_memory.c
 * @deviates No memory cgroup refuses the new page.
 */
export function* doHugePmdWpPage(env: MmEnv, fault: HugeFault): KernelThread<number> {
  const old: Pfn = ptePfn(fault.low, fault.high);
  if (old === env.map.hugeZeroPfn) return yield* writeZeroes(env, fault);
  const written = yield* holdingPmd(env, fault, writeOrHold(env, fault, old));
  if (written !== IS_SHARED) return written;
  if (isPageLarge(env.map, old)) {
    yield* cutHugePmd(env, fault.vma.mm, fault.pmd);
    return VmFault.OOM;
  }
  const page = yield* allocHugePage(env);
  const code =
    page === NO_PFN ? yield* copySmall(env, fault, old) : yield* copyHuge(env, fault, old, page);
  dropPage(env, old);
  return code;
}

/**
 * A huge page in place of the one of zeroes; without one, or where the release makes none, the pmd
 * is cut, and the fault starts over on ptes.
 * @kernel do_huge_zero_wp_pmd in mm/huge_memory.c
 */
function* writeZeroes(env: MmEnv, fault: HugeFault): KernelThread<number> {
  const page = env.rules.huge.zeroWrite === "huge" ? yield* allocHugePage(env) : NO_PFN;
  if (page === NO_PFN) {
    yield* cutHugePmd(env, fault.vma.mm, fault.pmd);
    return VmFault.OOM;
  }
  const code = yield* holdingPmd(env, fault, replaceZeroes(env, fault, page));
  if (code === 0) dropHugePage(env, page);
  return code;
}

/** @returns WRITE, or 0 when the pmd has changed meanwhile */
function* replaceZeroes(env: MmEnv, fault: HugeFault, page: Pfn): KernelThread<number> {
  const { vma, start, pmd } = fault;
  if (!(yield* isSamePmd(env, fault))) return 0;
  addNewHugePage(env, vma, start, page);
  storeHugePmd(env, vma, pmd, page);
  yield* addHugeRss(env, vma.mm, 1);
  return VmFault.WRITE;
}

/** Writes in place. @returns WRITE; 0; or IS_SHARED, of a compound page with a reference to it */
function* writeOrHold(env: MmEnv, fault: HugeFault, old: Pfn): KernelThread<number> {
  const { vma, pmd, low, high } = fault;
  if (!(yield* isSamePmd(env, fault))) return 0;
  if (isHugePageOurs(env, old)) {
    const written = maybeMkwrite(pteMkdirty(pteMkyoung(low)), vma.flags);
    ptepSetAccessFlags(env.tables, pmd, written, high, true);
    markHugeExclusive(env, old);
    return VmFault.WRITE;
  }
  if (!isPageLarge(env.map, old)) getPage(env.map, old);
  return IS_SHARED;
}

function* copyHuge(env: MmEnv, fault: HugeFault, old: Pfn, page: Pfn): KernelThread<number> {
  const code = yield* holdingPmd(env, fault, replaceByHuge(env, fault, old, page));
  if (code === 0) dropPage(env, page);
  return code;
}

/** The new page takes the old one's place, which loses its mapping last. @returns WRITE or 0 */
function* replaceByHuge(env: MmEnv, fault: HugeFault, old: Pfn, page: Pfn): KernelThread<number> {
  const { tables } = env;
  const { vma, start, pmd } = fault;
  if (!(yield* isSamePmd(env, fault))) return 0;
  clearPte(tables, pmd);
  yield* stopAtMemory(env);
  addNewAnonPage(env, vma, start, page);
  yield* stopAtMemory(env);
  storeHugePmd(env, vma, pmd, page);
  yield* stopAtMemory(env);
  pageRemoveRmap(env.map, old);
  dropPage(env, old);
  return VmFault.WRITE;
}

/** @kernel do_huge_pmd_wp_page_fallback in mm/huge_memory.c */
function* copySmall(env: MmEnv, fault: HugeFault, old: Pfn): KernelThread<number> {
  const pages = yield* allocSmallPages(env);
  if (pages === null) {
    yield* splitHugePage(env, old);
    return VmFault.OOM;
  }
  const code = yield* holdingPmd(env, fault, replaceBySmall(env, fault, old, pages));
  if (code === 0) for (const page of pages) dropPage(env, page);
  else dropPage(env, old);
  return code;
}

/** The deposited table takes the pmd's place, with an entry for each page. @returns WRITE or 0 */
function* replaceBySmall(
  env: MmEnv,
  fault: HugeFault,
  old: Pfn,
  pages: readonly Pfn[],
): KernelThread<number> {
  const { tables } = env;
  const { vma, start, pmd } = fault;
  if (!(yield* isSamePmd(env, fault))) return 0;
  clearPte(tables, pmd);
  yield* stopAtMemory(env);
  const row = withdrawTable(vma.mm);
  for (const [index, page] of pages.entries()) {
    addNewAnonPage(env, vma, start + index * PAGE_SIZE, page);
    storeWrittenPte(env, vma, row * PTRS_PER_TABLE + index, page);
  }
  yield* stopAtMemory(env);
  populate(tables, pmd, row);
  pageRemoveRmap(env.map, old);
  return VmFault.WRITE;
}

/** One page for each of the huge page's, or null with none kept. */
function* allocSmallPages(env: MmEnv): KernelThread<readonly Pfn[] | null> {
  const pages: Pfn[] = [];
  while (pages.length < HPAGE_PMD_NR) {
    const page = yield* allocPage(env);
    if (page === NO_PFN) {
      for (const one of pages) dropPage(env, one);
      return null;
    }
    pages.push(page);
  }
  return pages;
}

const holdingPmd = <T>(
  env: MmEnv,
  { vma, pmd }: HugeFault,
  body: KernelThread<T>,
): KernelThread<T> => holding(env.sync, pmdLockOf(env.tables, vma.mm, pmd), WHERE, body);

/** Is the pmd still what the fault found? Requires page_table_lock. */
const isSamePmd = (env: MmEnv, { pmd, low, high }: HugeFault): KernelThread<boolean> =>
  memoryStep(env, () => isPteSame(env.tables, pmd, low, high));
