/**
 * Counts the entries of one address space anew: for its counters, and for the frames and slots that
 * they lead to. In the same walk each entry is held against the area that it lies in, and its
 * page's anon_vma against those that the area is linked to (SPEC §4.5).
 */
import {
  hex,
  PAGE_SHIFT,
  PAGE_SIZE,
  type Pfn,
  PMD_SIZE,
  PTRS_PER_TABLE,
  type SwpEntry,
  pfn as toPfn,
  type VirtAddr,
} from "@forkpath/abi";
import { MmCounter } from "@forkpath/counters";
import {
  isPteFile,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  Level,
  Pte,
  ptePfn,
  type TableRecount,
  type TableVisitor,
  visitTables,
} from "@forkpath/page-table";
import {
  BLOCK_ENTRIES,
  CHUNK_MASK,
  CHUNK_SHIFT,
  countTables,
  lowestBlock,
  ROW_SHIFT,
} from "@forkpath/page-table/internal";
import {
  HPAGE_PMD_NR,
  isPageAnon,
  isPageCompound,
  isPageKsm,
  NormalPage,
  pageAnonVma,
  pageMapcount,
  vmNormalPage,
} from "@forkpath/rmap";
import { countedFrames } from "@forkpath/rmap/internal";
import { entryOfPte, isMigrationEntry, isNonSwapEntry, swpPfn } from "@forkpath/swap";
import type { Mismatch } from "@forkpath/sync";
import { findVma } from "../area/list.ts";
import { fileCounterOf } from "../machine/counter-of.ts";
import { pageFile } from "../page/page-cache.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";

/** What entries lead to, over all address spaces that were counted. */
export interface EntryTally {
  /** By frame, up to the last that was ever in use or further: entries that map it, if counted. */
  mappings: Int32Array;
  /** By packed entry: how many name the slot. */
  readonly slots: Map<SwpEntry, number>;
  /** Address spaces with entries of pages that are under migration or went bad. */
  readonly odd: Set<MmStruct>;
}

/** @modelOnly a recount */
export const createEntryTally = ({ map }: MmEnv): EntryTally => ({
  mappings: new Int32Array(map.nextFrame),
  slots: new Map(),
  odd: new Set(),
});

/**
 * Makes a tally what it was at first, for all frames that were in use by now.
 * @modelOnly a recount
 */
export function clearEntryTally({ map }: MmEnv, tally: EntryTally): void {
  if (tally.mappings.length < map.nextFrame) tally.mappings = new Int32Array(map.count.length);
  else tally.mappings.fill(0, 0, map.nextFrame);
  tally.slots.clear();
  tally.odd.clear();
}

/** What the entries of one address space come to. */
export interface CountedEntries {
  /** For the counters, a migration entry as the page that it stands for. */
  readonly pages: { fileRss: number; anonRss: number; swapUsage: number; shmemRss: number };
  readonly hugePmds: number;
}

/**
 * @param tally gets what they lead to
 * @param strays gets those that lie in no area, or whose page no reverse walk finds there
 * @param recount counts the tables in the same walk
 * @modelOnly a recount
 */
export function countEntries(
  env: MmEnv,
  mm: MmStruct,
  tally: EntryTally,
  strays: Mismatch[],
  recount?: TableRecount,
): CountedEntries {
  const count = new EntryCount(env, mm, tally, strays);
  if (recount === undefined) visitTables(env.tables, mm.pgd, count);
  else countTables(recount, mm, count);
  return count;
}

/** Bits of the high word above the 31-bit frame numbers that a memory map can have. */
const PFN_TOO_HIGH = 0x3800;
/** What the high word holds of such a number, and where that goes. */
const PFN_HIGH = 0x7ff;
const PFN_HIGH_SHIFT = 20;

/** In fields, not in closures: this is most of a recount. */
class EntryCount implements TableVisitor, CountedEntries {
  readonly pages: CountedEntries["pages"] = { fileRss: 0, anonRss: 0, swapUsage: 0, shmemRss: 0 };
  hugePmds = 0;
  private readonly env: MmEnv;
  private readonly mm: MmStruct;
  private readonly tally: EntryTally;
  private readonly strays: Mismatch[];
  private readonly exclusiveFlag: number;
  /** What the first entry of the table maps. */
  private start = 0;
  /** The area of the last entry. */
  private vma: Vma | undefined = undefined;
  /** The mapping word of pages that a reverse walk finds in `vma`; at first 0, which none has. */
  private linked = 0;

  constructor(env: MmEnv, mm: MmStruct, tally: EntryTally, strays: Mismatch[]) {
    this.env = env;
    this.mm = mm;
    this.tally = tally;
    this.strays = strays;
    this.exclusiveFlag = env.rules.exclusiveFlag;
  }

  /** Not by a visit of each entry: an address costs memory when it is handed on. */
  table(level: Level, row: number, start: VirtAddr): void {
    if (level !== Level.PTE) return;
    const { low, high, blocks } = this.env.tables;
    const firstCell = row << ROW_SHIFT;
    const lows = low[firstCell >>> CHUNK_SHIFT];
    const highs = high[firstCell >>> CHUNK_SHIFT];
    const first = firstCell & CHUNK_MASK;
    this.start = start;
    let end = 0; // index of the first entry behind the area that the loop is in
    for (let left = blocks[row]; left !== 0; left &= left - 1) {
      const block = lowestBlock(left);
      for (let at = block; at < block + BLOCK_ENTRIES; at++) {
        const entryLow = lows[first + at];
        const entryHigh = highs[first + at];
        if (entryLow === 0 && entryHigh === 0) continue;
        if (at >= end) {
          const areaEnd = this.goTo(start + at * PAGE_SIZE, PAGE_SIZE);
          end = Math.min(Math.floor((areaEnd - start) / PAGE_SIZE), PTRS_PER_TABLE);
        }
        const to = first + Math.min(end, block + BLOCK_ENTRIES);
        const alike = this.linked === 0 ? 0 : this.countAlike(lows, highs, first + at, to);
        if (alike === 0) this.countEntry(at, entryLow, entryHigh);
        else at += alike - 1;
      }
    }
  }

  /**
   * Counts anonymous pages of the same owner as the last one, as most pages are: what countEntry
   * would do, as long as there is nothing to tell. @returns how many of the cells
   */
  private countAlike(lows: Uint32Array, highs: Uint32Array, first: number, end: number): number {
    const { linked, exclusiveFlag } = this;
    const { mapping, flags, mapcount } = this.env.map;
    const { mappings } = this.tally;
    let at = first;
    for (; at < end; at++) {
      const low = lows[at];
      const high = highs[at];
      if ((low & (Pte.PRESENT | Pte.SPECIAL)) !== Pte.PRESENT || high & PFN_TOO_HIGH) break;
      const frame = (low >>> PAGE_SHIFT) | ((high & PFN_HIGH) << PFN_HIGH_SHIFT); // an int32
      if (frame >= mappings.length || mapping[frame] !== linked) break;
      if (exclusiveFlag !== 0) {
        const isExclusive = (flags[frame] & exclusiveFlag) !== 0;
        if (isExclusive ? mapcount[frame] !== 1 : isPteWrite(low)) break;
      }
      mappings[frame]++;
    }
    this.pages.anonRss += at - first;
    return at - first;
  }

  hugePmd(addr: number, _cell: number, low: number, high: number): void {
    this.goTo(addr, PMD_SIZE);
    this.hugePmds++;
    if (isPteSpecial(low)) return;
    this.pages.anonRss += HPAGE_PMD_NR;
    const head = ptePfn(low, high);
    const end = head + countedFrames(this.env.map, head);
    for (let frame: number = head; frame < end; frame++) this.addMapping(frame);
  }

  private countEntry(at: number, low: number, high: number): void {
    if (isPtePresent(low)) {
      const frame = ptePfn(low, high);
      // Whatever its area is: without the special bit a frame with a struct page is counted.
      if (vmNormalPage(this.env.map, 0, low, frame) !== NormalPage.NORMAL) return;
      this.addMapping(frame);
      this.countPage(at, low, frame);
    } else if (isPteFile(low)) return;
    else if (isNonSwapEntry(low)) {
      this.tally.odd.add(this.mm);
      if (isMigrationEntry(low)) this.countPage(at, low, swpPfn(low, high));
    } else {
      this.pages.swapUsage++;
      const { slots } = this.tally;
      const slot = entryOfPte(low, high);
      slots.set(slot, (slots.get(slot) ?? 0) + 1);
    }
  }

  private addMapping(frame: number): void {
    const { mappings } = this.tally;
    if (frame < mappings.length) mappings[frame]++;
  }

  /** Finds the area that holds all that an entry maps. @returns where it ends; 0 without one */
  private goTo(addr: number, sizeBytes: number): number {
    const found = findVma(this.mm, addr);
    const isInside = found !== undefined && found.start <= addr && addr + sizeBytes <= found.end;
    this.vma = isInside ? found : undefined;
    this.linked = 0;
    if (isInside) return found.end;
    this.tell(addr, "outside of areas", "inside of one");
    return 0;
  }

  private countPage(at: number, low: number, frame: number): void {
    const { env, vma, pages } = this;
    if (!isPageAnon(env.map, frame)) {
      if (isShmemCounted(env, frame)) pages.shmemRss++;
      else pages.fileRss++;
      return;
    }
    pages.anonRss++;
    if (this.exclusiveFlag !== 0 && isPtePresent(low)) this.checkExclusive(at, low, frame);
    const mapping = env.map.mapping[frame];
    if (vma === undefined || mapping === this.linked) return;
    if (isLinked(env, vma, toPfn(frame))) this.linked = mapping;
    else this.tellOf(at, "of an anon_vma not linked to its area", "of one that is");
  }

  /** Whoever can write to an anonymous page has it alone, where such a page is marked (L25/I15). */
  private checkExclusive(at: number, low: number, frame: number): void {
    const { map } = this.env;
    const isExclusive = (map.flags[frame] & this.exclusiveFlag) !== 0;
    if (!isExclusive) {
      if (isPteWrite(low)) this.tellOf(at, "writable", "read-only, as the page is not exclusive");
    } else if (!isPageCompound(map, frame) && pageMapcount(map, frame) > 1) {
      this.tellOf(at, "of an exclusive page", "of one that others map too");
    }
  }

  private tellOf(at: number, kept: string, counted: string): void {
    this.tell(this.start + at * PAGE_SIZE, kept, counted);
  }

  private tell(addr: number, kept: string, counted: string): void {
    const field = `entry at ${hex(addr)}`;
    this.strays.push({ rule: "mm", owner: this.mm.name, field, kept, counted });
  }
}

/** Does the page of a file count apart, as shared memory does in later kernels? */
const isShmemCounted = (env: MmEnv, frame: number): boolean =>
  env.rules.shmemCounter === MmCounter.SHMEM_RSS &&
  fileCounterOf(env, pageFile(env, toPfn(frame))) === MmCounter.SHMEM_RSS;

/** Does a reverse walk of the anonymous page come by `vma`? It does not for a KSM page here. */
function isLinked({ map, anonVmas }: MmEnv, vma: Vma, pfn: Pfn): boolean {
  if (isPageKsm(map, pfn)) return true;
  const owner = pageAnonVma(map, anonVmas, pfn);
  return vma.anonVmaChain.some(({ anonVma }) => anonVma === owner);
}
