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
  ptepSetAccessFlags,
} from "@forkpath/page-table";
import { getPage, HPAGE_PMD_NR, NO_PFN, pageMapcount, pageRemoveRmap } from "@forkpath/rmap";
import { type KernelThread, spinLock, spinUnlockStep } from "@forkpath/sync";
import { addNewAnonPage, storeWrittenPte } from "../area/new-anon-page.ts";
import { withdrawTable } from "../huge/deposit.ts";
import { allocHugePage } from "../huge/page.ts";
import { splitHugePage } from "../huge/split.ts";
import { hugePmdPfn, storeHugePmd } from "../machine/huge-pmd.ts";
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

/**
 * @returns WRITE when the write may go on; 0 when the pmd has changed meanwhile; OOM to start over,
 *   with the page split
 * @kernel do_huge_pmd_wp_page in mm/huge_memory.c
 * @deviates No memory cgroup refuses the new page.
 */
export function* doHugePmdWpPage(env: MmEnv, fault: HugeFault): KernelThread<number> {
  const { map, tables } = env;
  const { vma, pmd, low, high } = fault;
  if (!(yield* lockPmd(env, fault))) return yield* unlockPmd(env, fault, 0);
  const old = hugePmdPfn(env, pmd);
  if (pageMapcount(map, old) === 1) {
    const written = maybeMkwrite(pteMkdirty(pteMkyoung(low)), vma.flags);
    ptepSetAccessFlags(tables, pmd, written, high, true);
    return yield* unlockPmd(env, fault, VmFault.WRITE);
  }
  getPage(map, old);
  yield* unlockPmd(env, fault, 0);
  const page = yield* allocHugePage(env);
  const code =
    page === NO_PFN ? yield* copySmall(env, fault, old) : yield* copyHuge(env, fault, old, page);
  dropPage(env, old);
  return code;
}

/** The new page takes the old one's place, which loses its mapping last. */
function* copyHuge(env: MmEnv, fault: HugeFault, old: Pfn, page: Pfn): KernelThread<number> {
  const { sync, tables } = env;
  const { vma, start, pmd } = fault;
  if (!(yield* lockPmd(env, fault))) {
    yield* unlockPmd(env, fault, 0);
    dropPage(env, page);
    return 0;
  }
  clearPte(tables, pmd);
  if (sync.interleaved) yield env.ptePoint;
  addNewAnonPage(env, vma, start, page);
  if (sync.interleaved) yield env.ptePoint;
  storeHugePmd(env, vma, pmd, page);
  if (sync.interleaved) yield env.ptePoint;
  pageRemoveRmap(env.map, old);
  dropPage(env, old);
  return yield* unlockPmd(env, fault, VmFault.WRITE);
}

/** @kernel do_huge_pmd_wp_page_fallback in mm/huge_memory.c */
function* copySmall(env: MmEnv, fault: HugeFault, old: Pfn): KernelThread<number> {
  const { sync, tables } = env;
  const { vma, start, pmd } = fault;
  const pages = yield* allocSmallPages(env);
  if (pages === null) {
    yield* splitHugePage(env, old);
    return VmFault.OOM;
  }
  if (!(yield* lockPmd(env, fault))) {
    yield* unlockPmd(env, fault, 0);
    for (const page of pages) dropPage(env, page);
    return 0;
  }
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
  const code = yield* unlockPmd(env, fault, VmFault.WRITE);
  dropPage(env, old);
  return code;
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

/** Takes page_table_lock. @returns whether the pmd is still what the fault has found */
function* lockPmd(env: MmEnv, { vma, pmd, low, high }: HugeFault): KernelThread<boolean> {
  yield* spinLock(env.sync, vma.mm.pageTableLock, WHERE);
  if (env.sync.interleaved) yield env.ptePoint;
  return isPteSame(env.tables, pmd, low, high);
}

/** Lets page_table_lock go. @returns `code` */
function* unlockPmd(env: MmEnv, { vma }: HugeFault, code: number): KernelThread<number> {
  yield* spinUnlockStep(env.sync, vma.mm.pageTableLock, WHERE);
  return code;
}
