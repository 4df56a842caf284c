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
import { hex, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { checkMmCounters } from "@forkpath/counters";
import { type Mismatch, type RecountRule, tellKept } from "@forkpath/sync";
import { vmaPages } from "../area/list.ts";
import type { MmEnv, MmStruct, MmUsage } from "../types.ts";
import { countEntries, createEntryTally, type EntryTally } from "./count-entries.ts";

/** What the recount cannot see by itself. */
export interface CheckMmOptions {
  /** Pages that exec has charged for its arguments, and not given back yet (SPEC §7.2). */
  readonly argCharge?: number;
  /** Gets what the entries lead to, beside what those of other address spaces do. */
  readonly tally?: EntryTally;
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
  const { argCharge = 0, tally = createEntryTally(env) } = options;
  const wrong: Mismatch[] = [];
  for (let at = 0; at < mm.vmas.length; at++) checkVma(mm, at, wrong);
  const { pages, hugePmds } = countEntries(env, mm, tally, wrong);
  pages.anonRss += argCharge;
  wrong.push(...checkMmCounters(mm.counters, pages));
  tellKept(wrong, "I8", mm.name, "deposits", mm.pmdHugePte.length, hugePmds);
  checkAreaSums(env, mm, wrong);
  return wrong;
}

/** The area itself, and the one before it. */
function checkVma({ name, vmas }: MmStruct, at: number, wrong: Mismatch[]): void {
  const { start, end, file, flags } = vmas[at];
  const tell = (field: string, kept: string, counted: string): void => {
    const owner = `${name} area ${hex(start)}-${hex(end)}`;
    tellKept(wrong, "mm", owner, field, kept, counted);
  };
  const bottom = at === 0 ? 0 : vmas[at - 1].end;
  const list = flags & VmFlag.NONLINEAR ? file?.iMmapNonlinear : file?.iMmap;
  if (start % PAGE_SIZE !== 0) tell("start", hex(start), "page-aligned");
  if (end % PAGE_SIZE !== 0) tell("end", hex(end), "page-aligned");
  if (start >= end) tell("end", hex(end), "above its start");
  if (bottom > start) tell("start", hex(start), `at or above ${hex(bottom)}`);
  if (list?.has(vmas[at]) === false) tell(`i_mmap of ${file?.path}`, "without it", "with it");
}

/** What the mm counts beside its areas. */
function checkAreaSums({ rules }: MmEnv, mm: MmStruct, wrong: Mismatch[]): void {
  const { name, vmas } = mm;
  let locked = 0;
  for (const vma of vmas) if (vma.flags & VmFlag.LOCKED) locked += vmaPages(vma);
  tellKept(wrong, "I9", name, "map_count", mm.mapCount, vmas.length);
  tellKept(wrong, "mm", name, "locked_vm", mm.lockedVm, locked);
  // A writer who sleeps has changed an area, and not yet what all of them add up to.
  if (mm.mmapSem.writer !== null) return;
  const area = { flags: 0, hasFile: false };
  for (const { rule, field, key } of USAGE) {
    const isCounted = rules.usage[key];
    let pages = 0;
    for (const vma of vmas) {
      area.flags = vma.flags;
      area.hasFile = vma.file !== null;
      if (isCounted(area)) pages += vmaPages(vma);
    }
    tellKept(wrong, rule, name, field, mm.usage[key], pages);
  }
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
