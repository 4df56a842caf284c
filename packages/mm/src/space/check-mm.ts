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
import { hex, isPageAligned, VmFlag } from "@forkpath/abi";
import { checkMmCounters } from "@forkpath/counters";
import type { TableRecount } from "@forkpath/page-table";
import { type Mismatch, tellAll, tellKept } from "@forkpath/sync";
import { vmaPages } from "../area/list.ts";
import type { MmEnv, MmRules, MmStruct, MmUsage, Vma } from "../types.ts";
import { countEntries, createEntryTally, type EntryTally } from "./count-entries.ts";

/** What the recount cannot see by itself. */
export interface CheckMmOptions {
  /** Pages that exec has charged for its arguments, and not given back yet (SPEC §7.2). */
  readonly argCharge?: number;
  /** Gets what the entries lead to, beside what those of other address spaces do. */
  readonly tally?: EntryTally;
  /** Counts the tables in the same walk. */
  readonly tables?: TableRecount;
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
  const { argCharge = 0, tally = createEntryTally(env), tables } = options;
  const wrong: Mismatch[] = [];
  for (let at = 0; at < mm.vmas.length; at++) checkVma(mm, at, wrong);
  const { pages, hugePmds } = countEntries(env, mm, tally, wrong, tables);
  pages.anonRss += argCharge;
  tellAll(wrong, checkMmCounters(mm.counters, pages));
  tellKept(wrong, "I8", mm.name, "deposits", mm.pmdHugePte.length, hugePmds);
  checkAreaSums(env, mm, wrong);
  return wrong;
}

/** The area itself, and the one before it. */
function checkVma(mm: MmStruct, at: number, wrong: Mismatch[]): void {
  const vma = mm.vmas[at];
  const { start, end, file, flags } = vma;
  const bottom = at === 0 ? 0 : mm.vmas[at - 1].end;
  if (!isPageAligned(start)) tellOf(mm, vma, "start", hex(start), "page-aligned", wrong);
  if (!isPageAligned(end)) tellOf(mm, vma, "end", hex(end), "page-aligned", wrong);
  if (start >= end) tellOf(mm, vma, "end", hex(end), "above its start", wrong);
  if (bottom > start) tellOf(mm, vma, "start", hex(start), `at or above ${hex(bottom)}`, wrong);
  if (file === null) return;
  const list = flags & VmFlag.NONLINEAR ? file.iMmapNonlinear : file.iMmap;
  if (!list.has(vma)) tellOf(mm, vma, `i_mmap of ${file.path}`, "without it", "with it", wrong);
}

/** Adds a mismatch of one area. */
function tellOf(
  { name }: MmStruct,
  { start, end }: Vma,
  field: string,
  kept: string,
  counted: string,
  wrong: Mismatch[],
): void {
  const owner = `${name} area ${hex(start)}-${hex(end)}`;
  wrong.push({ rule: "mm", owner, field, kept, counted });
}

/** What the mm counts beside its areas. */
function checkAreaSums({ rules }: MmEnv, mm: MmStruct, wrong: Mismatch[]): void {
  const { name, vmas, usage } = mm;
  let locked = 0;
  for (const vma of vmas) if (vma.flags & VmFlag.LOCKED) locked += vmaPages(vma);
  tellKept(wrong, "I9", name, "map_count", mm.mapCount, vmas.length);
  tellKept(wrong, "mm", name, "locked_vm", mm.lockedVm, locked);
  // A writer who sleeps has changed an area, and not yet what all of them add up to.
  if (mm.mmapSem.writer !== null) return;
  const counted = countUsage(rules.usage, vmas);
  tellKept(wrong, "I10", name, "total_vm", usage.totalVm, counted.totalVm);
  tellKept(wrong, "mm", name, "shared_vm", usage.sharedVm, counted.sharedVm);
  tellKept(wrong, "mm", name, "exec_vm", usage.execVm, counted.execVm);
  tellKept(wrong, "mm", name, "stack_vm", usage.stackVm, counted.stackVm);
  tellKept(wrong, "mm", name, "reserved_vm", usage.reservedVm, counted.reservedVm);
  tellKept(wrong, "mm", name, "data_vm", usage.dataVm, counted.dataVm);
}

/** Which areas each field counts, says a rule. */
function countUsage(isCounted: MmRules["usage"], vmas: readonly Vma[]): MmUsage {
  const sums = { totalVm: 0, sharedVm: 0, execVm: 0, stackVm: 0, reservedVm: 0, dataVm: 0 };
  const area = { flags: 0, hasFile: false };
  for (const vma of vmas) {
    const pages = vmaPages(vma);
    area.flags = vma.flags;
    area.hasFile = vma.file !== null;
    if (isCounted.totalVm(area)) sums.totalVm += pages;
    if (isCounted.sharedVm(area)) sums.sharedVm += pages;
    if (isCounted.execVm(area)) sums.execVm += pages;
    if (isCounted.stackVm(area)) sums.stackVm += pages;
    if (isCounted.reservedVm(area)) sums.reservedVm += pages;
    if (isCounted.dataVm(area)) sums.dataVm += pages;
  }
  return sums;
}
