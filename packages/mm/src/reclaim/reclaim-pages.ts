/**
 * Reclaim of what one address space maps: the model's kswapd, as a step of a scenario.
 *
 * Pages are tried by address, each once. Linux picks them from LRU lists, by age and over all
 * processes; here the caller says which, so that a history can name the pages it swaps out.
 */
import { PAGE_SIZE, type Pfn, PMD_SIZE, pageAlignUp, pfn as toPfn, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  forEachPte,
  isPtePresent,
  NO_CELL,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { HPAGE_PMD_NR, NormalPage, PageFlag, vmNormalPage } from "@forkpath/rmap";
import { condResched, type KernelThread, stopAt } from "@forkpath/sync";
import { hugePagesWithin } from "../huge/range.ts";
import { splitHugePage } from "../huge/split.ts";
import { findHugePmd, hugePmdPfn } from "../machine/huge-pmd.ts";
import { rangePoint } from "../machine/memory-point.ts";
import { stopAtPage } from "../machine/memory-stop.ts";
import { lruAddDrainAllSteps } from "../page/lru-batch.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { type ShrinkResult, shrinkPage } from "./shrink-page.ts";
import { TtuAction } from "./try-to-unmap-one.ts";

/** Which pages are tried, and how hard. */
export interface ReclaimOptions {
  /** Bytes; half-open. By default everything. */
  readonly start?: number;
  /** The byte after the last. */
  readonly end?: number;
  /** Stop after this many pages were freed. */
  readonly count?: number;
  /**
   * Take pages that were used a moment ago, as if they had been idle for long: the default. With
   * false, such a page loses its accessed bit and stays, and a second reclaim takes it.
   */
  readonly ignoreAccess?: boolean;
}

/** Pages by what became of them. */
export type ReclaimCounts = Record<ShrinkResult, number>;

/**
 * Reclaims pages that `mm` maps, whoever else maps them.
 * @kernel shrink_page_list in mm/vmscan.c
 * @deviates Takes the pages of one mm in the order of their addresses, not those of an LRU list.
 * @example
 * ```ts
 * import { createMmEnv, mmAlloc, reclaimPages } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const env = createMmEnv({ memoryPages: 1024 });
 * const mm = runToCompletion(mmAlloc(env, null))!;
 * console.log(runToCompletion(reclaimPages(env, mm)).freed); // 0
 * ```
 */
export function* reclaimPages(
  env: MmEnv,
  mm: MmStruct,
  options: ReclaimOptions = {},
): KernelThread<ReclaimCounts> {
  const { count = Number.POSITIVE_INFINITY, ignoreAccess = true } = options;
  const { end = Number.POSITIVE_INFINITY } = options;
  const start = pageAlignUp(options.start ?? 0); // a page is where its first byte is
  const flags = {
    action: TtuAction.UNMAP,
    ignoreMlock: false,
    ignoreAccess,
    ignoreHwpoison: false,
  };
  const counts: ReclaimCounts = { freed: 0, kept: 0, activated: 0, mlocked: 0 };
  yield* lruAddDrainAllSteps(env);
  if (env.sync.interleaved) yield* stopAt(env.sync, rangePoint(env, mm, start, end));
  const pages = mappedPages(env, mm, start, end);
  const owners = env.sync.interleaved ? ownersOf(env, pages) : null;
  for (const pfn of pages) {
    if (counts.freed >= count) break;
    yield* stopAtPage(env, pfn);
    if (owners !== null && owners.get(pfn) !== ownerOf(env, pfn)) continue;
    // A part of a huge page is on no list, so reclaim would not find it.
    if (env.map.flags[pfn] & PageFlag.TAIL) yield* splitHugePage(env, pfn);
    counts[yield* shrinkPage(env, pfn, flags)]++;
    yield* condResched(env.sync);
  }
  return counts;
}

/**
 * Whose each page is: reclaim holds none of them, and a frame that was freed meanwhile may be
 * another page by now.
 */
const ownersOf = (env: MmEnv, pages: ReadonlySet<Pfn>): ReadonlyMap<Pfn, string> =>
  new Map([...pages].map((pfn) => [pfn, ownerOf(env, pfn)]));

const ownerOf = ({ map }: MmEnv, pfn: Pfn): string =>
  map.count[pfn] === 0 ? "nobody" : `${map.mapping[pfn]} ${map.index[pfn]}`;

/** A few pages are looked up one by one. */
function forEachPteWithin(
  { tables }: MmEnv,
  { pgd }: MmStruct,
  start: number,
  end: number,
  visit: (low: number, high: number) => void,
): void {
  if (end - start > PMD_SIZE) {
    forEachPte(tables, pgd, (addr, _cell, low, high) => {
      if (addr >= start && addr < end) visit(low, high);
    });
    return;
  }
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    const cell = findPteCell(tables, pgd, virtAddr(addr));
    if (cell !== NO_CELL) visit(pteLow(tables, cell), pteHigh(tables, cell));
  }
}

/** Normal pages that `mm` maps in the range, by address, each once; then those of huge pages. */
function mappedPages(env: MmEnv, mm: MmStruct, start: number, end: number): Set<Pfn> {
  const pages = new Set<Pfn>();
  forEachPteWithin(env, mm, start, end, (low, high) => {
    if (!isPtePresent(low)) return;
    const pfn = ptePfn(low, high);
    // The special bit alone decides here, whatever the vma is: no page behind it can be reclaimed.
    if (vmNormalPage(env.map, 0, low, pfn) === NormalPage.NORMAL) pages.add(pfn);
  });
  for (const first of hugePagesWithin(env, mm, start, end)) {
    const head = hugePmdPfn(env, findHugePmd(env, mm, first));
    for (let index = 0; index < HPAGE_PMD_NR; index++) {
      const addr = first + index * PAGE_SIZE;
      if (addr >= start && addr < end) pages.add(toPfn(head + index));
    }
  }
  return pages;
}
