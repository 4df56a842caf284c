/**
 * A write to a huge page that is mapped read-only (SPEC §2.13, do_huge_pmd_wp_page).
 *
 *    mapped by                     answer
 *    this pmd alone                in place
 *    others too                    a copy of 2 MiB
 *    others, no huge page free     512 small pages: the deposited table takes the pmd's place
 *    others, not even those        the page is split, and the fault starts over on ptes
 *
 * Who has pinned the page does not count as another (D13).
 */
import { PAGE_SIZE, type Pfn, PTRS_PER_TABLE } from "@forkpath/abi";
import {
  clearPte,
  isPteSame,
  maybeMkwrite,
  populate,
  pteMkdirty,
  pteMkyoung,
  ptePfn,
  ptepSetAccessFlags,
} from "@forkpath/page-table";
import { getPage, HPAGE_PMD_NR, NO_PFN, pageMapcount, pageRemoveRmap } from "@forkpath/rmap";
import { holding, type KernelThread } from "@forkpath/sync";
import { addNewAnonPage, storeWrittenPte } from "../area/new-anon-page.ts";
import { withdrawTable } from "../huge/deposit.ts";
import { allocHugePage } from "../huge/page.ts";
import { splitHugePage } from "../huge/split.ts";
import { storeHugePmd } from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
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
  const written = yield* holdingPmd(env, fault, writeOrHold(env, fault, old));
  if (written !== IS_SHARED) return written;
  const page = yield* allocHugePage(env);
  const code =
    page === NO_PFN ? yield* copySmall(env, fault, old) : yield* copyHuge(env, fault, old, page);
  dropPage(env, old);
  return code;
}

/** Writes in place. @returns WRITE; 0; or IS_SHARED, with a reference to the page */
function* writeOrHold(env: MmEnv, fault: HugeFault, old: Pfn): KernelThread<number> {
  const { vma, pmd, low, high } = fault;
  if (!(yield* isSamePmd(env, fault))) return 0;
  if (pageMapcount(env.map, old) === 1) {
    const written = maybeMkwrite(pteMkdirty(pteMkyoung(low)), vma.flags);
    ptepSetAccessFlags(env.tables, pmd, written, high, true);
    env.map.flags[old] |= env.rules.exclusiveFlag;
    return VmFault.WRITE;
  }
  getPage(env.map, old);
  return IS_SHARED;
}

function* copyHuge(env: MmEnv, fault: HugeFault, old: Pfn, page: Pfn): KernelThread<number> {
  const code = yield* holdingPmd(env, fault, replaceByHuge(env, fault, old, page));
  if (code === 0) dropPage(env, page);
  return code;
}

/** The new page takes the old one's place, which loses its mapping last. @returns WRITE or 0 */
function* replaceByHuge(env: MmEnv, fault: HugeFault, old: Pfn, page: Pfn): KernelThread<number> {
  const { sync, tables } = env;
  const { vma, start, pmd } = fault;
  if (!(yield* isSamePmd(env, fault))) return 0;
  clearPte(tables, pmd);
  if (sync.interleaved) yield env.ptePoint;
  addNewAnonPage(env, vma, start, page);
  if (sync.interleaved) yield env.ptePoint;
  storeHugePmd(env, vma, pmd, page);
  if (sync.interleaved) yield env.ptePoint;
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
  const { sync, tables } = env;
  const { vma, start, pmd } = fault;
  if (!(yield* isSamePmd(env, fault))) return 0;
  clearPte(tables, pmd);
  if (sync.interleaved) yield env.ptePoint;
  const row = withdrawTable(vma.mm);
  for (const [index, page] of pages.entries()) {
    addNewAnonPage(env, vma, start + index * PAGE_SIZE, page);
    storeWrittenPte(env, vma, row * PTRS_PER_TABLE + index, page);
  }
  if (sync.interleaved) yield env.ptePoint;
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

const holdingPmd = <T>(env: MmEnv, { vma }: HugeFault, body: KernelThread<T>): KernelThread<T> =>
  holding(env.sync, vma.mm.pageTableLock, WHERE, body);

/** Is the pmd still what the fault found? Requires page_table_lock. */
const isSamePmd = (env: MmEnv, { pmd, low, high }: HugeFault): KernelThread<boolean> =>
  memoryStep(env, () => isPteSame(env.tables, pmd, low, high));
