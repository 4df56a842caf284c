/**
 * How much an address space uses, kept in pages beside its areas (SPEC §5.10, §10.1).
 *
 *    total_vm      VmSize, VmPeak
 *    shared_vm     in VmData
 *    exec_vm       VmLib
 *    stack_vm      VmStk
 *    reserved_vm   in VmSize
 *    data_vm       VmData, in later kernels
 *
 * Which areas count in which, and which are kept at all, is the rule `usage`. Each is a plain
 * field, and an add is a load and a store. mmap_sem held for writing protects it, except where a
 * stack grows (D42, under the reader's lock) and where dup_mm copies it (D36, torn totals).
 */
import {
  type KernelThread,
  PointKind,
  type SchedulePoint,
  type Subject,
  type Sync,
  stopAt,
  subjectName,
} from "@forkpath/sync";
import type { MmEnv, MmStruct, MmUsage } from "../types.ts";

/**
 * Adds `pages` (either sign) to what the flags of an area count for; total_vm is the caller's.
 * @kernel vm_stat_account in mm/mmap.c
 */
export function* vmStatAccount(
  { sync, rules }: MmEnv,
  mm: MmStruct,
  flags: number,
  hasFile: boolean,
  pages: number,
): KernelThread<void> {
  const vma = { flags, hasFile };
  for (const field of CLASSES) {
    if (rules.usage[field](vma)) yield* addUsage(sync, mm, field, pages);
  }
}

/** Every field but total_vm, in the order of counting. */
const CLASSES = ["sharedVm", "execVm", "stackVm", "reservedVm", "dataVm"] as const;

/** @kernel mm->total_vm += pages, throughout mm/mmap.c */
export const addTotalVm = (sync: Sync, mm: MmStruct, pages: number): KernelThread<void> =>
  addUsage(sync, mm, "totalVm", pages);

/** One plain add: a load, then a store, and others may run in between. */
function* addUsage(
  sync: Sync,
  mm: MmStruct,
  field: keyof MmUsage,
  pages: number,
): KernelThread<void> {
  const { usage } = mm;
  if (sync.interleaved) yield* stopAt(sync, usagePoint(mm, PointKind.LOAD, field));
  const before = usage[field];
  if (sync.interleaved) yield* stopAt(sync, usagePoint(mm, PointKind.STORE, field));
  usage[field] = before + pages;
}

const always = (): boolean => true;

/**
 * A step on one of the fields.
 * @modelOnly a scheduler's view of one instruction
 */
export function usagePoint(mm: MmStruct, kind: PointKind, field: keyof MmUsage): SchedulePoint {
  const of: Subject = { kind: "field", owner: mm.name, field };
  return { kind, object: mm.usage, parts: [field], of, label: subjectName(of), ready: always };
}
