/**
 * Recounts what one address space keeps twice, the slow way (SPEC §0.6: I1 to I3, I8 to I10).
 * I7, nr_ptes, is `checkPageTables`'s.
 *
 *    counters, deposits          against the page tables
 *    map_count, locked_vm, usage against the areas
 *    a file's lists              against the areas that map it
 *    entries                     against the areas that they lie in, and their pages' anon_vmas
 *                                against those that the area is linked to (SPEC §4.5)
 */
import { hex, PAGE_SIZE, type Pfn, PMD_SIZE, pfn as toPfn, VmFlag } from "@forkpath/abi";
import { type CountedPages, checkMmCounters, MmCounter } from "@forkpath/counters";
import {
  isPteFile,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  ptePfn,
  visitTables,
} from "@forkpath/page-table";
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
import { isMigrationEntry, isNonSwapEntry, swpPfn } from "@forkpath/swap";
import { compareKept, type Mismatch, type RecountRule } from "@forkpath/sync";
import { findVma, vmaPages } from "../area/list.ts";
import { fileCounterOf } from "../machine/counter-of.ts";
import { pageFile } from "../page/page-cache.ts";
import type { MmEnv, MmStruct, MmUsage, Vma } from "../types.ts";

/** What the recount cannot see by itself. */
export interface CheckMmOptions {
  /** Pages that exec has charged for its arguments, and not given back yet (SPEC §7.2). */
  readonly argCharge?: number;
}

/**
 * Requires that no thread is inside the mm.
 *
 * A migration entry counts as the page that it stands for, which is right in the mm that it was
 * made in. One that fork copied shows as a mismatch (D3, migration entries are not counted where
 * they are copied), and so does a copied poison entry (D4, a page that went bad is counted as
 * swap).
 * @modelOnly a recount
 * @example
 * ```ts
 * import { checkMm, createMmEnv, mmAlloc } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const env = createMmEnv({ memoryPages: 1024 });
 * const mm = runToCompletion(mmAlloc(env, null))!;
 * mm.usage.totalVm++;
 * console.log(checkMm(env, mm)[0]?.field); // total_vm
 * ```
 */
export function checkMm(
  env: MmEnv,
  mm: MmStruct,
  options: CheckMmOptions = {},
): readonly Mismatch[] {
  const { argCharge = 0 } = options;
  const areas = mm.vmas.flatMap((vma, index) => checkVma(mm, vma, mm.vmas[index - 1]));
  const { pages, hugePmds, strays } = tallyTables(env, mm);
  return [
    ...areas,
    ...strays,
    ...checkMmCounters(mm.counters, { ...pages, anonRss: pages.anonRss + argCharge }),
    ...compareKept("I8", mm.name, "deposits", mm.pmdHugePte.length, hugePmds),
    ...checkAreaSums(env, mm),
  ];
}

/** The area itself, and the one before it. */
function checkVma({ name }: MmStruct, vma: Vma, previous: Vma | undefined): readonly Mismatch[] {
  const { start, end, file, flags } = vma;
  const owner = `${name} area ${hex(start)}-${hex(end)}`;
  const tell = (field: string, kept: string, counted: string): readonly Mismatch[] =>
    compareKept("mm", owner, field, kept, counted);
  const bottom = previous?.end ?? 0;
  const list = flags & VmFlag.NONLINEAR ? file?.iMmapNonlinear : file?.iMmap;
  return [
    ...(start % PAGE_SIZE === 0 ? [] : tell("start", hex(start), "page-aligned")),
    ...(end % PAGE_SIZE === 0 ? [] : tell("end", hex(end), "page-aligned")),
    ...(start < end ? [] : tell("end", hex(end), "above its start")),
    ...(bottom <= start ? [] : tell("start", hex(start), `at or above ${hex(bottom)}`)),
    ...(list?.has(vma) === false ? tell(`i_mmap of ${file?.path}`, "without it", "with it") : []),
  ];
}

/** What stands in the page tables of one address space. */
interface TableTally {
  readonly pages: CountedPages;
  readonly hugePmds: number;
  /** Entries that lie in no area, or whose page no reverse walk finds there. */
  readonly strays: readonly Mismatch[];
}

function tallyTables(env: MmEnv, mm: MmStruct): TableTally {
  const pages = { fileRss: 0, anonRss: 0, swapUsage: 0, shmemRss: 0 };
  const strays: Mismatch[] = [];
  let hugePmds = 0;
  const tell = (addr: number, kept: string, counted: string): number =>
    strays.push(...compareKept("mm", mm.name, `entry at ${hex(addr)}`, kept, counted));
  const find = (addr: number, sizeBytes: number): Vma | undefined => {
    const vma = findVma(mm, addr);
    if (vma !== undefined && vma.start <= addr && addr + sizeBytes <= vma.end) return vma;
    tell(addr, "outside of areas", "inside of one");
    return undefined;
  };
  visitTables(env.tables, mm.pgd, {
    pte: (addr, _cell, low, high) => {
      const vma = find(addr, PAGE_SIZE);
      const frame = countedFrame(env, vma?.flags ?? 0, low, high);
      if (frame === SWAPPED) pages.swapUsage++;
      if (frame < 0) return;
      const isAnon = isPageAnon(env.map, frame);
      if (isAnon) pages.anonRss++;
      else pages[isShmemCounted(env, frame) ? "shmemRss" : "fileRss"]++;
      if (isAnon) checkExclusive(env, frame, low, (kept, counted) => tell(addr, kept, counted));
      if (!isAnon || vma === undefined || isLinked(env, vma, toPfn(frame))) return;
      tell(addr, "of an anon_vma not linked to its area", "of one that is");
    },
    hugePmd: (addr, _cell, low) => {
      find(addr, PMD_SIZE);
      hugePmds++;
      if (!isPteSpecial(low)) pages.anonRss += HPAGE_PMD_NR;
    },
  });
  return { pages, hugePmds, strays };
}

type Tell = (kept: string, counted: string) => void;

/**
 * Whoever can write to an anonymous page has it alone, in kernels that mark such a page (L25/I15).
 */
function checkExclusive({ map, rules }: MmEnv, frame: number, low: number, tell: Tell): void {
  if (rules.exclusiveFlag === 0 || !isPtePresent(low)) return;
  const isExclusive = (map.flags[frame] & rules.exclusiveFlag) !== 0;
  if (isPteWrite(low) && !isExclusive) tell("writable", "read-only, as the page is not exclusive");
  const isMappedTwice = !isPageCompound(map, frame) && pageMapcount(map, frame) > 1;
  if (isExclusive && isMappedTwice) tell("of an exclusive page", "of one that others map too");
}

/** Does the page of a file count apart, as shared memory does in later kernels? */
const isShmemCounted = (env: MmEnv, frame: number): boolean =>
  fileCounterOf(env, pageFile(env, toPfn(frame))) === MmCounter.SHMEM_RSS;

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
  if (isMigrationEntry(low)) return swpPfn(low, high);
  return isNonSwapEntry(low) ? NOT_COUNTED : SWAPPED;
}

/** What the mm counts beside its areas. */
function checkAreaSums({ rules }: MmEnv, mm: MmStruct): readonly Mismatch[] {
  const { name, vmas } = mm;
  return [
    ...compareKept("I9", name, "map_count", mm.mapCount, vmas.length),
    ...compareKept("mm", name, "locked_vm", mm.lockedVm, sumPages(vmas, hasFlag(VmFlag.LOCKED))),
    // A writer who sleeps has changed an area, and not yet what all of them add up to.
    ...(mm.mmapSem.writer === null ? USAGE : []).flatMap(({ rule, field, key }) => {
      const isCounted = ({ flags, file }: Vma): boolean =>
        rules.usage[key]({ flags, hasFile: file !== null });
      return compareKept(rule, name, field, mm.usage[key], sumPages(vmas, isCounted));
    }),
  ];
}

/** The fields of the usage, by the kernel's names. Which areas each counts, says a rule. */
const USAGE: readonly {
  readonly rule: RecountRule;
  readonly field: string;
  readonly key: keyof MmUsage;
}[] = [
  { rule: "I10", field: "total_vm", key: "totalVm" },
  { rule: "mm", field: "shared_vm", key: "sharedVm" },
  { rule: "mm", field: "exec_vm", key: "execVm" },
  { rule: "mm", field: "stack_vm", key: "stackVm" },
  { rule: "mm", field: "reserved_vm", key: "reservedVm" },
  { rule: "mm", field: "data_vm", key: "dataVm" },
];

function hasFlag(mask: number): (vma: Vma) => boolean {
  return ({ flags }) => (flags & mask) !== 0;
}

function sumPages(vmas: readonly Vma[], isCounted: (vma: Vma) => boolean): number {
  let pages = 0;
  for (const vma of vmas) if (isCounted(vma)) pages += vmaPages(vma);
  return pages;
}
