/**
 * Fault-around: a read of a file's page maps its neighbours too, if they cost nothing (L16).
 *
 *    in units of entries of one table, N = 16, p the entry that is read, v its page of the area
 *    first    p rounded down to N, but not below the area
 *    last     N − 1 further, but not beyond area or table
 *
 * Mapped is what is in the page cache, not locked, not bad, within the file, and has no entry yet.
 */
import { PAGE_SIZE, type Pfn, PTRS_PER_TABLE, pagesBetween, virtAddr } from "@forkpath/abi";
import { addMmCounterFast } from "@forkpath/counters";
import { isPteNone, isPtePresent, NO_CELL, pteHigh, pteIndex, pteLow } from "@forkpath/page-table";
import { getPage, linearPageIndex, PageFlag, pageAddFileRmap } from "@forkpath/rmap";
import { holding, type KernelThread, stopAt, stopsHere } from "@forkpath/sync";
import { fileCounterOf } from "../machine/counter-of.ts";
import { ensureTable, type FaultSite } from "../machine/fault-site.ts";
import { everythingPoint } from "../machine/memory-point.ts";
import { type MappedFile, type MmEnv, type Vma, VmFault } from "../types.ts";
import { storeReadPte } from "./read-pte.ts";

const WHERE = "filemap_map_pages";

/** @kernel should_fault_around in mm/memory.c */
export const faultsAround = ({ rules }: MmEnv, { vma, isWrite }: FaultSite): boolean =>
  !isWrite && rules.faultAroundPages > 1 && vma.ops?.mapsAround === true && vma.file !== null;

/**
 * Maps what lies around the fault.
 * @returns NOPAGE when the faulting page is mapped now; else 0
 * @kernel do_fault_around in mm/memory.c, filemap_map_pages in mm/filemap.c
 */
export function* doFaultAround(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { file } = site.vma;
  if (file === null) return 0;
  if (site.cell === NO_CELL) {
    if (stopsHere(env.sync)) yield* stopAt(env.sync, everythingPoint(env));
    if (!hasMappable(env, file, site, windowWithoutTable(env, file, site))) return 0;
    if (!(yield* ensureTable(env, site))) return VmFault.OOM;
  }
  return yield* holding(env.sync, site.ptl, WHERE, mapAround(env, file, site));
}

function* mapAround(env: MmEnv, file: MappedFile, site: FaultSite): KernelThread<number> {
  const { sync, tables } = env;
  const { vma, cell, addr } = site;
  if (stopsHere(sync)) yield* stopAt(sync, env.ptePoint);
  const index = cell % PTRS_PER_TABLE;
  const { first, last } = windowAround(site, env.rules.faultAroundPages);
  let mapped = 0;
  for (let at = first; at <= last; at++) {
    const there = cell + at - index;
    if (!isPteNone(pteLow(tables, there), pteHigh(tables, there))) continue;
    const page = findMappable(env, file, linearPageIndex(vma, addr + (at - index) * PAGE_SIZE));
    if (page === undefined) continue;
    getPage(env.map, page);
    pageAddFileRmap(env.map, page);
    storeReadPte(env, vma, there, page);
    mapped++;
  }
  if (mapped > 0) {
    yield* addMmCounterFast(sync, vma.mm.counters, fileCounterOf(env, file), mapped);
  }
  return isPtePresent(pteLow(tables, cell)) ? VmFault.NOPAGE : 0;
}

/** Is anything of the window in the cache, so that it is worth a table? */
function hasMappable(
  env: MmEnv,
  file: MappedFile,
  { vma, addr }: FaultSite,
  { first, last }: Window,
): boolean {
  const pgoff = linearPageIndex(vma, addr) - pteIndex(virtAddr(addr));
  for (let at = first; at <= last; at++) {
    if (findMappable(env, file, pgoff + at) !== undefined) return true;
  }
  return false;
}

/** Without the last page of a disk's file, where the release makes no table for it alone. */
function windowWithoutTable(env: MmEnv, file: MappedFile, site: FaultSite): Window {
  const window = windowAround(site, env.rules.faultAroundPages);
  if (env.rules.mapsLastAlone || file.isShmem) return window;
  const { vma, addr } = site;
  const pgoff = linearPageIndex(vma, addr) - pteIndex(virtAddr(addr));
  const before = { first: window.first, last: file.sizePages - 2 - pgoff };
  const isLastIn = before.last + 1 >= window.first && before.last < window.last;
  return isLastIn && !hasMappable(env, file, site, before) ? before : window;
}

/** First and last entry of the table. */
function windowAround({ vma, addr }: FaultSite, pages: number): Window {
  const index = pteIndex(virtAddr(addr));
  const ofArea = pagesBetween(vma.start, addr);
  const first = Math.max(index - (index % pages), index - Math.min(index, ofArea));
  const behindArea = index + vmaLength(vma) - ofArea;
  return { first, last: Math.min(first + pages, PTRS_PER_TABLE, behindArea) - 1 };
}

interface Window {
  readonly first: number;
  readonly last: number;
}

const vmaLength = ({ start, end }: Vma): number => pagesBetween(start, end);

/** @kernel next_uptodate_folio in mm/filemap.c */
function findMappable({ map }: MmEnv, file: MappedFile, pgoff: number): Pfn | undefined {
  if (pgoff >= file.sizePages) return undefined;
  const page = file.pages.get(pgoff);
  if (page === undefined) return undefined;
  const stops = PageFlag.LOCKED | PageFlag.HWPOISON;
  return (map.flags[page] & (stops | PageFlag.UPTODATE)) === PageFlag.UPTODATE ? page : undefined;
}
