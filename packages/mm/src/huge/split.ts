/**
 * Splitting a huge page wherever it is mapped (SPEC §2.13, "Split"): under the lock of its
 * anon_vma,
 *
 *    1. each pmd is marked as splitting       nobody copies or unmaps it any more
 *    2. the frames become ordinary pages      each as often mapped as the whole was
 *    3. each pmd gets its deposited table     with 512 entries that map what it has mapped
 *
 * Nothing that is counted changes. The marks reach every pmd, since a child stands behind its
 * parent in the list. Either fork copied the pmd before the parent's was marked, and the walk
 * reaches the child's later in the list; or fork finds the mark, waits for the split, and copies
 * ptes.
 */
import { type Pfn, PTRS_PER_TABLE, pfn as toPfn } from "@forkpath/abi";
import {
  isPteWrite,
  isPteYoung,
  maybeMkwrite,
  mkPteHigh,
  mkPteLow,
  NO_CELL,
  Pte,
  pmdLockOf,
  pteHigh,
  pteLow,
  pteMkdirty,
  pteMkold,
  setPte,
} from "@forkpath/page-table";
import { populate } from "@forkpath/page-table/internal";
import {
  type AnonVma,
  compoundHead,
  getPage,
  HPAGE_PMD_NR,
  isPageCompound,
  isPageLarge,
  NO_PFN,
  pageAnonVma,
  pageMapcount,
  pageMapped,
  splitHugeFrame,
  vmaAddress,
} from "@forkpath/rmap";
import { holding, invariant, type KernelThread, stopAt } from "@forkpath/sync";
import {
  findHugePmd,
  hugePmdPfn,
  isHugePmd,
  isHugeZeroPmd,
  isSplittingPmd,
  pmdLockAt,
} from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { dropPage } from "../page/state.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";
import { cutHugePmd } from "./cut.ts";
import { withdrawTable } from "./deposit.ts";
import { splitFolio } from "./split-folio.ts";

/**
 * Splits the huge page that `pfn` is a part of, if it is one. Holds the page meanwhile.
 * @returns false if it is still huge, since nobody maps it
 * @kernel split_huge_page in mm/huge_memory.c
 */
export function* splitHugePage(env: MmEnv, pfn: Pfn): KernelThread<boolean> {
  const { sync, map } = env;
  if (isPageLarge(map, pfn)) return yield* splitFolio(env, pfn);
  if (!isPageCompound(map, pfn)) return true;
  const head = compoundHead(map, pfn);
  const anonVma = pageMapped(map, head) ? pageAnonVma(map, env.anonVmas, head) : undefined;
  if (anonVma === undefined) return false;
  getPage(map, head);
  yield* holding(sync, anonVma.root.lock, "split_huge_page", splitMapped(env, head, anonVma));
  dropPage(env, head);
  return true;
}

/**
 * Requires the anon_vma's lock. The page may have been split while this thread waited for it.
 * @kernel __split_huge_page in mm/huge_memory.c
 */
function* splitMapped(env: MmEnv, head: Pfn, anonVma: AnonVma): KernelThread<void> {
  if (!isPageCompound(env.map, head)) return;
  let marked = 0;
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    if (yield* markSplitting(env, chain.vma as Vma, head)) marked++;
  }
  const mapcount = pageMapcount(env.map, head);
  invariant(marked === mapcount, "huge-mapcount", `${marked} pmds, but mapcount is ${mapcount}`);
  yield* stopAtMemory(env);
  splitHugeFrame(env.map, head);
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    yield* hookTableIn(env, chain.vma as Vma, head);
  }
}

/** The pmd of `vma` that maps the page; NO_CELL if none does. Means something under the lock. */
function findMapping(env: MmEnv, vma: Vma, head: Pfn): number {
  const addr = vmaAddress(vma, env.map.index[head]);
  const pmd = addr < 0 ? NO_CELL : findHugePmd(env, vma.mm, addr);
  return pmd !== NO_CELL && hugePmdPfn(env, pmd) === head ? pmd : NO_CELL;
}

/**
 * @returns whether a pmd was marked; an area that is being cut in two finds its pmd twice
 * @kernel __split_huge_page_splitting in mm/huge_memory.c
 */
const markSplitting = (env: MmEnv, vma: Vma, head: Pfn): KernelThread<boolean> =>
  holding(
    env.sync,
    pmdLockAt(env, vma.mm, vmaAddress(vma, env.map.index[head])),
    "__split_huge_page_splitting",
    memoryStep(env, () => setSplitting(env, vma, head)),
  );

function setSplitting(env: MmEnv, vma: Vma, head: Pfn): boolean {
  const { tables } = env;
  const pmd = findMapping(env, vma, head);
  if (pmd === NO_CELL || isSplittingPmd(env, pmd)) return false;
  setPte(tables, pmd, (pteLow(tables, pmd) | Pte.SPLITTING) >>> 0, pteHigh(tables, pmd));
  return true;
}

/** @kernel __split_huge_page_map in mm/huge_memory.c */
const hookTableIn = (env: MmEnv, vma: Vma, head: Pfn): KernelThread<void> =>
  holding(
    env.sync,
    pmdLockAt(env, vma.mm, vmaAddress(vma, env.map.index[head])),
    "__split_huge_page_map",
    mapSmall(env, vma, head),
  );

/** Requires page_table_lock. */
function* mapSmall(env: MmEnv, vma: Vma, head: Pfn): KernelThread<void> {
  const { tables } = env;
  yield* stopAtMemory(env);
  const pmd = findMapping(env, vma, head);
  if (pmd === NO_CELL) return;
  const row = withdrawTable(vma.mm);
  for (let index = 0; index < HPAGE_PMD_NR; index++) {
    const page = toPfn(head + index);
    const low = smallEntryLow(vma, page, pteLow(tables, pmd));
    setPte(tables, row * PTRS_PER_TABLE + index, low, mkPteHigh(page, vma.pageProtHigh));
  }
  yield* stopAtMemory(env);
  populate(tables, pmd, row);
}

/** Always dirty; writable and young as the pmd was. */
function smallEntryLow(vma: Vma, page: Pfn, pmdLow: number): number {
  const low = pteMkdirty(mkPteLow(page, vma.pageProtLow));
  const written = isPteWrite(pmdLow) ? maybeMkwrite(low, vma.flags) : low;
  return isPteYoung(pmdLow) ? written : pteMkold(written);
}

/**
 * Splits what the pmd maps, if that is still a huge page.
 * @kernel __split_huge_page_pmd in mm/huge_memory.c
 */
export function* splitHugePagePmd(env: MmEnv, mm: MmStruct, pmd: number): KernelThread<void> {
  // A large folio, or zeroes: other pmds that map it need not hear of it.
  if (env.rules.huge.isLarge || isHugeZeroPmd(env, pmd)) return yield* cutHugePmd(env, mm, pmd);
  const get = memoryStep(env, () => getHugePage(env, pmd));
  const head = yield* holding(
    env.sync,
    pmdLockOf(env.tables, mm, pmd),
    "__split_huge_page_pmd",
    get,
  );
  if (head === NO_PFN) return;
  yield* splitHugePage(env, head);
  dropPage(env, head);
}

/** The page that the pmd maps, with a reference; NO_PFN when it is not huge any more. */
function getHugePage(env: MmEnv, pmd: number): Pfn {
  if (!isHugePmd(env, pmd)) return NO_PFN;
  const head = hugePmdPfn(env, pmd);
  getPage(env.map, head);
  return head;
}

/**
 * Waits until whoever splits a page of this anon_vma is done.
 * @kernel wait_split_huge_page in include/linux/huge_mm.h
 */
export function* waitSplitHugePage({ sync }: MmEnv, anonVma: AnonVma): KernelThread<void> {
  const { lock } = anonVma.root;
  yield* stopAt(sync, lock.lockPoint);
  while (lock.holder !== null) yield lock.lockPoint;
}
