/**
 * The areas of an address space as /proc/PID/smaps adds them up (SPEC §10.5), and their page maps.
 *
 * A page's share is its size divided by how many entries map it, with 12 binary places: it is cut
 * off for each entry, and once more for each area. A huge page is one entry.
 */
import { KB_PER_PAGE, PAGE_SIZE, type Pfn, pfn as toPfn, VmFlag, virtAddr } from "@forkpath/abi";
import {
  type EntryLetter,
  entryLetter,
  type MappedFile,
  type MmEnv,
  type MmStruct,
  type Vma,
} from "@forkpath/mm";
import {
  findPteCell,
  isPteDirty,
  isPteHuge,
  isPteNone,
  isPtePresent,
  isPteYoung,
  isSwapPte,
  NO_CELL,
  pteHigh,
  pteLow,
  ptePfn,
  visitTables,
} from "@forkpath/page-table";
import { SMAPS_LINES, type SmapsLine } from "@forkpath/procfs";
import {
  HPAGE_PMD_NR,
  isPageAnon,
  isPageLarge,
  isPageReferenced,
  type MemMap,
  NormalPage,
  PageFlag,
  pageMapcount,
  vmNormalPage,
} from "@forkpath/rmap";
import { isMigrationEntry, isNonSwapEntry, swpPfn } from "@forkpath/swap";
import type { Machine } from "./machine.ts";
import { type VmaView, vmaView } from "./process-view.ts";

/** kB. */
export type SmapsSums = Readonly<Record<SmapsLine, number>>;

/** Pages that follow each other and have entries of one letter. */
export interface LetterRun {
  /** What the entries are. */
  readonly letter: EntryLetter;
  /** How many. */
  readonly pages: number;
}

/** An area, as smaps shows it. */
export interface AreaView extends VmaView {
  /** Its lines, in kB. */
  readonly sums: SmapsSums;
  /** The page map, all of the area. */
  readonly runs: readonly LetterRun[];
}

const KB = 1024; // bytes
/** A byte of a share has 12 binary places. */
const SHARE_OF_BYTE = 2 ** 12;
const PAGE_SHARE = PAGE_SIZE * SHARE_OF_BYTE;
const SHARE_PER_KB = KB * SHARE_OF_BYTE;

type GrowingSums = Record<SmapsLine, number>;
const nothing = (): GrowingSums =>
  Object.fromEntries(SMAPS_LINES.map((name) => [name, 0])) as GrowingSums;

/**
 * Gets an entry of an area, how many of the area's pages it maps or stands for, and the first
 * frame. A pmd that maps a large folio comes once for each of its frames, which have users of their
 * own.
 */
type VisitAreaEntry = (
  area: number,
  addr: number,
  pages: number,
  low: number,
  high: number,
  pfn: Pfn,
) => void;

/**
 * Sums over all areas, as far as they lie in [start, end). Each area is cut off by itself.
 * @param start bytes
 * @param end bytes
 * @modelOnly a look into /proc/PID/smaps
 */
export function smapsSums(
  machine: Machine,
  mm: MmStruct,
  start = 0,
  end: number = Number.POSITIVE_INFINITY,
): SmapsSums {
  const sums = nothing();
  for (const vma of mm.vmas) {
    if (vma.file !== null) sums.Swap += swapOfFile(machine, vma, vma.file, start, end);
  }
  let area = nothing();
  let current = -1;
  const finish = (): void => {
    area.Pss = Math.floor(area.Pss / SHARE_PER_KB);
    for (const name of SMAPS_LINES) sums[name] += area[name];
  };
  visitAreaEntries(machine.mm, mm, (index, addr, pages, low, high, pfn) => {
    const within = Math.min(addr + pages * PAGE_SIZE, end) - Math.max(addr, start);
    if (within <= 0) return;
    if (index !== current) {
      finish();
      area = nothing();
      current = index;
    }
    addEntry(machine, area, mm.vmas[index], within / PAGE_SIZE, low, high, pfn);
  });
  finish();
  return sums;
}

/**
 * Every area, with its sums and its page map. One walk over the tables, whatever their size, and no
 * object for an entry.
 * @modelOnly a look into /proc/PID/smaps
 */
export function areaViews(machine: Machine, mm: MmStruct): AreaView[] {
  const env = machine.mm;
  const sums = mm.vmas.map(nothing);
  const maps = mm.vmas.map((vma) => createRuns(vma));
  visitAreaEntries(env, mm, (index, addr, pages, low, high, pfn) => {
    addEntry(machine, sums[index], mm.vmas[index], pages, low, high, pfn);
    maps[index].add(addr, entryLetter(env, low, high), pages);
  });
  return mm.vmas.map((vma, index) => {
    const { Pss, Swap } = sums[index];
    const ofFile = vma.file === null ? 0 : swapOfFile(machine, vma, vma.file, vma.start, vma.end);
    return {
      ...vmaView(vma),
      sums: { ...sums[index], Pss: Math.floor(Pss / SHARE_PER_KB), Swap: Swap + ofFile },
      runs: maps[index].finish(),
    };
  });
}

/**
 * What the area shows of shared memory that is in swap, as far as it lies in [start, end). Where
 * the process may have pages of its own, only where it has no entry. kB.
 * @kernel shmem_partial_swap_usage in mm/shmem.c
 */
function swapOfFile(
  { mm: { tables }, profile }: Machine,
  vma: Vma,
  { swapped }: MappedFile,
  start: number,
  end: number,
): number {
  if (swapped.size === 0 || !profile.proc.smapsShmem) return 0;
  const mayHaveOwn = (vma.flags & (VmFlag.SHARED | VmFlag.WRITE)) === VmFlag.WRITE;
  let pages = 0;
  for (const index of swapped.keys()) {
    const addr = vma.start + (index - vma.pgoff) * PAGE_SIZE;
    if (addr < Math.max(start, vma.start) || addr >= Math.min(end, vma.end)) continue;
    const cell = mayHaveOwn ? findPteCell(tables, vma.mm.pgd, virtAddr(addr)) : NO_CELL;
    if (cell === NO_CELL || isPteNone(pteLow(tables, cell), pteHigh(tables, cell))) pages++;
  }
  return pages * KB_PER_PAGE;
}

/**
 * By address: entries of huge pages stand among the others. Entries outside of all areas are
 * none's.
 */
function visitAreaEntries(env: MmEnv, mm: MmStruct, visit: VisitAreaEntry): void {
  const { vmas } = mm;
  let index = 0;
  const next = (addr: number, pages: number, low: number, high: number, pfn: Pfn): void => {
    while (index < vmas.length && vmas[index].end <= addr) index++;
    if (index < vmas.length && vmas[index].start <= addr) visit(index, addr, pages, low, high, pfn);
  };
  visitTables(env.tables, mm.pgd, {
    pte: (addr, _cell, low, high) => next(addr, 1, low, high, ptePfn(low, high)),
    hugePmd: (addr, _cell, low, high) => {
      const head = ptePfn(low, high);
      if (!isPageLarge(env.map, head)) return next(addr, HPAGE_PMD_NR, low, high, head);
      for (let page = 0; page < HPAGE_PMD_NR; page++) {
        next(addr + page * PAGE_SIZE, 1, low, high, toPfn(head + page));
      }
    },
  });
}

function addEntry(
  machine: Machine,
  sums: GrowingSums,
  { flags }: Vma,
  pages: number,
  low: number,
  high: number,
  pfn: Pfn,
): void {
  if (flags & VmFlag.PFNMAP) return;
  if (isSwapPte(low, high)) addGone(machine, sums, pages, low, high);
  if (!isPtePresent(low)) return;
  const { map } = machine.mm;
  if (vmNormalPage(map, flags, low, pfn) !== NormalPage.NORMAL) return;
  const share = { shares: pageMapcount(map, pfn), isShared: pageMapcount(map, pfn) >= 2 };
  addPage(map, sums, pages, pfn, { ...share, isDirty: isPteDirty(low), isYoung: isPteYoung(low) });
  if (isPteHuge(low)) sums.AnonHugePages += pages * KB_PER_PAGE;
}

/** How a page counts: divided among so many, as shared or private. */
interface Counted {
  readonly shares: number;
  readonly isShared: boolean;
  readonly isDirty: boolean;
  readonly isYoung: boolean;
}

function addPage(map: MemMap, sums: GrowingSums, pages: number, pfn: Pfn, how: Counted): void {
  const size = pages * KB_PER_PAGE;
  const isDirty = how.isDirty || (map.flags[pfn] & PageFlag.DIRTY) !== 0;
  sums.Rss += size;
  sums.Pss += Math.floor((pages * PAGE_SHARE) / Math.max(how.shares, 1));
  if (how.isShared) sums[isDirty ? "Shared_Dirty" : "Shared_Clean"] += size;
  else sums[isDirty ? "Private_Dirty" : "Private_Clean"] += size;
  if (how.isYoung || isPageReferenced(map, pfn)) sums.Referenced += size;
  if (isPageAnon(map, pfn)) sums.Anonymous += size;
}

/** What is neither present nor empty: a slot of swap, a page that migrates, poison, a marker. */
function addGone(
  { mm: { map }, profile }: Machine,
  sums: GrowingSums,
  pages: number,
  low: number,
  high: number,
): void {
  const { smapsMigration } = profile.proc;
  if (smapsMigration === "swap" || !isNonSwapEntry(low)) sums.Swap += pages * KB_PER_PAGE;
  else if (isMigrationEntry(low)) {
    const pfn = swpPfn(low, high);
    const mapcount = pageMapcount(map, pfn);
    const isByMapcount = smapsMigration === "by mapcount";
    addPage(map, sums, pages, pfn, {
      shares: isByMapcount ? mapcount : 1,
      isShared: isByMapcount ? mapcount >= 2 : smapsMigration === "shared",
      isDirty: false,
      isYoung: false,
    });
  }
}

/** Collects the page map of one area. Entries come by address; what lies between them is none. */
interface GrowingRuns {
  add(addr: number, letter: EntryLetter, pages: number): void;
  finish(): LetterRun[];
}

function createRuns({ start, end }: Vma): GrowingRuns {
  const runs: { letter: EntryLetter; pages: number }[] = [];
  let next: number = start;
  const push = (letter: EntryLetter, pages: number): void => {
    if (pages === 0) return;
    const last = runs.at(-1);
    if (last?.letter === letter) last.pages += pages;
    else runs.push({ letter, pages });
  };
  return {
    add(addr, letter, pages) {
      push("-", (addr - next) / PAGE_SIZE);
      push(letter, pages);
      next = addr + pages * PAGE_SIZE;
    },
    finish() {
      push("-", (end - next) / PAGE_SIZE);
      return runs;
    },
  };
}
