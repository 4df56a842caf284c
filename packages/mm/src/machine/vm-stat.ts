/**
 * How much an address space uses, kept in pages beside its areas (SPEC §5.10, §10.1).
 *
 *    total_vm      VmSize, VmPeak     every area
 *    shared_vm     in VmData          file-backed areas, private ones too
 *    exec_vm       VmLib              of those, executable and not writable
 *    stack_vm      VmStk              growing areas without a file
 *    reserved_vm   in VmSize          RESERVED and IO areas
 *
 * Each is a plain field, and an add is a load and a store: mmap_sem held for writing protects it,
 * except where a stack grows (D42) and where dup_mm copies it (D36).
 */
import { VmFlag } from "@forkpath/abi";
import { type KernelThread, makePoint, PointKind, type Sync } from "@forkpath/sync";
import type { MmStruct, MmUsage } from "../types.ts";

/**
 * Adds `pages` (either sign) to what the flags of an area count for; total_vm is the caller's.
 * @kernel vm_stat_account in mm/mmap.c
 */
export function* vmStatAccount(
  sync: Sync,
  mm: MmStruct,
  flags: number,
  hasFile: boolean,
  pages: number,
): KernelThread<void> {
  if (hasFile) {
    yield* addUsage(sync, mm, "sharedVm", pages);
    if ((flags & (VmFlag.EXEC | VmFlag.WRITE)) === VmFlag.EXEC) {
      yield* addUsage(sync, mm, "execVm", pages);
    }
  } else if (flags & VmFlag.GROWSDOWN) {
    yield* addUsage(sync, mm, "stackVm", pages);
  }
  if (flags & (VmFlag.RESERVED | VmFlag.IO)) yield* addUsage(sync, mm, "reservedVm", pages);
}

/** @kernel mm->total_vm += pages, throughout mm/mmap.c */
export const addTotalVm = (sync: Sync, mm: MmStruct, pages: number): KernelThread<void> =>
  addUsage(sync, mm, "totalVm", pages);

/** One plain add: a load, then a store, and others may run in between. */
function* addUsage(
  { interleaved }: Sync,
  mm: MmStruct,
  field: keyof MmUsage,
  pages: number,
): KernelThread<void> {
  const { usage } = mm;
  if (interleaved) yield usagePoint(mm, PointKind.LOAD, field);
  const before = usage[field];
  if (interleaved) yield usagePoint(mm, PointKind.STORE, field);
  usage[field] = before + pages;
}

const usagePoint = (mm: MmStruct, kind: PointKind, field: string) =>
  makePoint(kind, mm.usage, { kind: "field", owner: mm.name, field });
