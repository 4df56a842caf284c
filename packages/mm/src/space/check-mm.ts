/**
 * Recounts what one address space keeps twice, the slow way (SPEC §0.6: I1 to I3, I7 to I10).
 *
 *    counters, nr_ptes, deposits against the page tables
 *    map_count, locked_vm, usage against the areas
 *    a file's lists              against the areas that map it
 *    entries                     against the areas that they lie in, and their pages' anon_vmas
 *                                against those that the area is linked to (SPEC §4.5)
 */
import { PAGE_SIZE, type Pfn, PMD_SIZE, pfn as toPfn, VmFlag } from "@forkpath/abi";
import { type CountedPages, checkMmCounters } from "@forkpath/counters";
import { isPteFile, isPtePresent, Level, ptePfn, visitTables } from "@forkpath/page-table";
import {
  HPAGE_PMD_NR,
  isPageAnon,
  isPageKsm,
  NormalPage,
  pageAnonVma,
  vmNormalPage,
} from "@forkpath/rmap";
import { isMigrationEntry, isNonSwapEntry, swpOffset } from "@forkpath/swap";
import { findVma, vmaPages } from "../area/list.ts";
import type { MmEnv, MmStruct, MmUsage, Vma } from "../types.ts";

export interface CheckMmOptions {
  /** Pages that exec has charged for its arguments, and not given back yet (SPEC §7.2). */
  readonly argCharge?: number;
}

/**
 * One line for each mismatch; empty when all holds. Requires that nobody is inside the mm.
 *
 * A migration entry counts as the page that it stands for, which is right in the mm that it was
 * made in; one that fork copied shows as a mismatch (D3), and so does a copied poison entry (D4).
 * @modelOnly a recount
 */
export function checkMm(env: MmEnv, mm: MmStruct, options: CheckMmOptions = {}): readonly string[] {
  const { argCharge = 0 } = options;
  const lines = mm.vmas.flatMap((vma, index) => checkVma(vma, mm.vmas[index - 1]));
  const tally = tallyTables(env, mm, lines);
  const charged = { ...tally.pages, anonRss: tally.pages.anonRss + argCharge };
  return [
    ...lines.map((line) => `${mm.name}: ${line}`),
    ...checkMmCounters(mm.counters, charged),
    ...checkCounts(env, mm, tally).map((line) => `${mm.name}: ${line}`),
  ];
}

/**
 * Pages that the areas of `mms` are charged for: what I12 expects, apart from shmem's own.
 * @modelOnly a recount
 */
export function accountedPages(mms: Iterable<MmStruct>): number {
  let pages = 0;
  for (const { vmas } of mms) pages += sumPages(vmas, (vma) => (vma.flags & VmFlag.ACCOUNT) !== 0);
  return pages;
}

/** The area itself, and the one before it. */
function checkVma(vma: Vma, previous: Vma | undefined): string[] {
  const lines: string[] = [];
  const tell = (what: string): number => lines.push(`${nameOf(vma)} is ${what}`);
  if (vma.start % PAGE_SIZE !== 0 || vma.end % PAGE_SIZE !== 0) tell("not aligned");
  if (vma.start >= vma.end) tell("empty");
  if (previous !== undefined && previous.end > vma.start) {
    tell(`not above ${nameOf(previous)}`);
  }
  const { file, flags } = vma;
  const list = flags & VmFlag.NONLINEAR ? file?.iMmapNonlinear : file?.iMmap;
  if (list?.has(vma) === false) tell(`not on the list of ${file?.path}`);
  return lines;
}

/** What stands in the page tables of one address space. */
interface TableTally {
  readonly pages: Mutable<CountedPages>;
  pteTables: number;
  hugePmds: number;
}
type Mutable<Fields> = { -readonly [Field in keyof Fields]: Fields[Field] };

/** What the tables hold, in one walk; adds a line for each entry that lies in no area. */
function tallyTables(env: MmEnv, mm: MmStruct, lines: string[]): TableTally {
  const pages = { fileRss: 0, anonRss: 0, swapUsage: 0 };
  const tally = { pages, pteTables: 0, hugePmds: 0 };
  visitTables(env.tables, mm.pgd, {
    table: (level) => {
      if (level === Level.PTE) tally.pteTables++;
    },
    pte: (addr, _cell, low, high) => {
      const vma = findVma(mm, addr);
      if (vma === undefined || vma.start > addr) {
        lines.push(`0x${addr.toString(16)}: an entry in no area`);
      }
      const frame = countedFrame(env, vma?.flags ?? 0, low, high);
      if (frame === SWAPPED) pages.swapUsage++;
      if (frame < 0) return;
      const isAnon = isPageAnon(env.map, frame);
      pages[isAnon ? "anonRss" : "fileRss"]++;
      if (isAnon && vma !== undefined && !isLinked(env, vma, toPfn(frame))) {
        lines.push(`0x${addr.toString(16)}: a page whose anon_vma its area is not linked to`);
      }
    },
    hugePmd: (addr) => {
      const vma = findVma(mm, addr);
      if (vma === undefined || vma.start > addr || vma.end < addr + PMD_SIZE) {
        lines.push(`0x${addr.toString(16)}: a huge page that lies in no area as a whole`);
      }
      tally.hugePmds++;
      pages.anonRss += HPAGE_PMD_NR;
    },
  });
  return tally;
}

/** Does a reverse walk of the anonymous page come by `vma`? It does not for a KSM page here. */
function isLinked({ map, anonVmas }: MmEnv, vma: Vma, pfn: Pfn): boolean {
  if (isPageKsm(map, pfn)) return true;
  const owner = pageAnonVma(map, anonVmas, pfn);
  return vma.anonVmaChain.some(({ anonVma }) => anonVma === owner);
}

/** In place of a frame: the entry counts as swap, or not at all. */
const SWAPPED = -1;
const NOT_COUNTED = -2;

/** The frame that the entry is counted for, or one of the two above. */
function countedFrame({ map }: MmEnv, flags: number, low: number, high: number): number {
  if (isPtePresent(low)) {
    const frame = ptePfn(low, high);
    return vmNormalPage(map, flags, low, frame) === NormalPage.NORMAL ? frame : NOT_COUNTED;
  }
  if (isPteFile(low)) return NOT_COUNTED;
  if (isMigrationEntry(low)) return swpOffset(low, high);
  return isNonSwapEntry(low) ? NOT_COUNTED : SWAPPED;
}

/** Counts that the mm keeps beside its areas and its tables. */
function checkCounts(env: MmEnv, mm: MmStruct, { pteTables, hugePmds }: TableTally): string[] {
  const lines: string[] = [];
  const expectEqual = (what: string, kept: number, counted: number): void => {
    if (kept !== counted) lines.push(`${what} is ${kept}, but ${counted} counted`);
  };
  const deposited = mm.pmdHugePte.length;
  expectEqual("deposits", deposited, hugePmds);
  expectEqual("nr_ptes", mm.nrPtes, pteTables + deposited);
  expectEqual("map_count", mm.mapCount, mm.vmas.length);
  const isLocked = (vma: Vma): boolean => (vma.flags & VmFlag.LOCKED) !== 0;
  expectEqual("locked_vm", mm.lockedVm, sumPages(mm.vmas, isLocked));
  for (const [field, isCounted] of Object.entries(env.rules.usage)) {
    const pages = sumPages(mm.vmas, (vma) =>
      isCounted({ flags: vma.flags, hasFile: vma.file !== null }),
    );
    expectEqual(field, mm.usage[field as keyof MmUsage], pages);
  }
  return lines;
}

function sumPages(vmas: readonly Vma[], isCounted: (vma: Vma) => boolean): number {
  let pages = 0;
  for (const vma of vmas) if (isCounted(vma)) pages += vmaPages(vma);
  return pages;
}

const nameOf = (vma: Vma): string => `area 0x${vma.start.toString(16)}-0x${vma.end.toString(16)}`;
