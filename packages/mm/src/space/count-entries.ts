/**
 * Counts the entries of one address space anew: for its counters, and for the frames and slots that
 * they lead to. In the same walk each entry is held against the area that it lies in, and its
 * page's anon_vma against those that the area is linked to (SPEC §4.5).
 */
import {
  hex,
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
  ptePfn,
  type TableVisitor,
  visitTables,
} from "@forkpath/page-table";
import { BLOCK_ENTRIES, CHUNK_MASK, CHUNK_SHIFT, lowestBlock } from "@forkpath/page-table/internal";
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
  /** By frame, up to the last that was ever in use: entries that map it, if it is counted. */
  readonly mappings: Int32Array;
  /** By packed entry: how many name the slot. */
  readonly slots: Map<SwpEntry, number>;
}

/** @modelOnly a recount */
export const createEntryTally = ({ map }: MmEnv): EntryTally => ({
  mappings: new Int32Array(map.nextFrame),
  slots: new Map(),
});

/** What the entries of one address space come to. */
export interface CountedEntries {
  /** For the counters, a migration entry as the page that it stands for. */
  readonly pages: { fileRss: number; anonRss: number; swapUsage: number; shmemRss: number };
  readonly hugePmds: number;
}

/**
 * @param tally gets what they lead to
 * @param strays gets those that lie in no area, or whose page no reverse walk finds there
 * @modelOnly a recount
 */
export function countEntries(
  env: MmEnv,
  mm: MmStruct,
  tally: EntryTally,
  strays: Mismatch[],
): CountedEntries {
  const count = new EntryCount(env, mm, tally, strays);
  visitTables(env.tables, mm.pgd, count);
  return count;
}

/** In fields, not in closures: this is most of a recount. */
class EntryCount implements TableVisitor, CountedEntries {
  readonly pages: CountedEntries["pages"] = { fileRss: 0, anonRss: 0, swapUsage: 0, shmemRss: 0 };
  hugePmds = 0;
  private readonly env: MmEnv;
  private readonly mm: MmStruct;
  private readonly tally: EntryTally;
  private readonly strays: Mismatch[];
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
  }

  /** Not by a visit of each entry: an address costs memory when it is handed on. */
  table(level: Level, row: number, start: VirtAddr): void {
    if (level !== Level.PTE) return;
    const { tables } = this.env;
    const firstCell = row * PTRS_PER_TABLE;
    const lows = tables.low[firstCell >>> CHUNK_SHIFT];
    const highs = tables.high[firstCell >>> CHUNK_SHIFT];
    const first = firstCell & CHUNK_MASK;
    let end = 0; // of the area that the loop is in
    this.start = start;
    for (let left = tables.blocks[row]; left !== 0; left &= left - 1) {
      const block = lowestBlock(left);
      for (let at = block; at < block + BLOCK_ENTRIES; at++) {
        const low = lows[first + at];
        const high = highs[first + at];
        if (low === 0 && high === 0) continue;
        const addr = start + at * PAGE_SIZE;
        if (addr + PAGE_SIZE > end) end = this.goTo(addr, PAGE_SIZE);
        this.countEntry(at, low, high);
      }
    }
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
    else if (isMigrationEntry(low)) this.countPage(at, low, swpPfn(low, high));
    else if (!isNonSwapEntry(low)) {
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
    if (env.rules.exclusiveFlag !== 0 && isPtePresent(low)) this.checkExclusive(at, low, frame);
    const mapping = env.map.mapping[frame];
    if (vma === undefined || mapping === this.linked) return;
    if (isLinked(env, vma, toPfn(frame))) this.linked = mapping;
    else this.tellOf(at, "of an anon_vma not linked to its area", "of one that is");
  }

  /** Whoever can write to an anonymous page has it alone, where such a page is marked (L25/I15). */
  private checkExclusive(at: number, low: number, frame: number): void {
    const { map, rules } = this.env;
    const isExclusive = (map.flags[frame] & rules.exclusiveFlag) !== 0;
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
