/**
 * One area of dup_mmap: is it copied, may it be, and then in which order (SPEC §5.7/1-13).
 *
 * Up to the link, a failure is undone here. From there on nothing is: the area stays, and
 * exit_mmap takes it with the rest. So `open` is called even when the pages could not be copied,
 * because `close` will be (D37). A child that finds the area empty has no anon_vma for it.
 */
import { Errno, VmFlag, withoutVmFlag } from "@forkpath/abi";
import { copyPageRange, type MmStruct, type Vma, vmaPages } from "@forkpath/mm";
import {
  addTotalVm,
  allocVma,
  closeArea,
  copyVmaStruct,
  getFile,
  insertVma,
  linkFileVma,
  vmEnoughSteps,
  vmStatAccount,
  vmUnacctSteps,
} from "@forkpath/mm/internal";
import { anonVmaFork } from "@forkpath/rmap";
import { holding, type KernelThread, traced } from "@forkpath/sync";
import { askSignals } from "../task/ask-signals.ts";
import { Capability, capable } from "../task/cred.ts";
import { stepStatus } from "../task/scripted-step.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";

/** What stays the same from area to area. */
export interface MmapCopy {
  readonly fe: ForkEnv;
  readonly current: TaskStruct;
  readonly mm: MmStruct;
  readonly oldMm: MmStruct;
}

/**
 * Copies one area of the parent, pages included. Requires both mmap_sems held for writing.
 * @returns 0 or a negative errno
 * @kernel the loop of dup_mmap in kernel/fork.c
 * @deviates No hugetlb reservations: such areas may not be passed.
 */
export function* dupVma(copy: MmapCopy, parentVma: Vma): KernelThread<number> {
  const { fe, current } = copy;
  if (fe.mm.rules.faultLock === "of the area") yield* startWrite(fe, parentVma);
  const inherited = fe.rules.inherit(parentVma.flags);
  if (inherited === "none") return yield* leaveOut(copy, parentVma);
  const killed = yield* askSignals(fe, current, "beforeArea");
  if (killed !== 0) return killed;
  const charge = parentVma.flags & VmFlag.ACCOUNT ? vmaPages(parentVma) : 0;
  if (charge > 0 && (yield* chargeArea(copy, charge, parentVma)) !== 0) return -Errno.ENOMEM;
  const vma = yield* copyStruct(copy, parentVma, inherited);
  if (vma === null) {
    yield* vmUnacctSteps(fe.mm, charge);
    return -Errno.ENOMEM;
  }
  let status = 0;
  for (const step of fe.rules.areaSteps) {
    if (step === "insert") insertVma(vma);
    if (step === "open") vma.ops?.open?.(vma);
    if (step === "link file") yield* linkFile(fe, vma, parentVma);
    if (step === "copy pages" && inherited === "copy") status = yield* copyPages(copy, parentVma);
  }
  return status;
}

function startWrite({ sync, mm }: ForkEnv, vma: Vma): KernelThread<void> {
  return traced(sync, "vma_start_write", closeArea(mm, vma), { start: vma.start });
}

/** Of the parent's area and not the child's: they differ in VM_LOCKED. @returns 0 or -ENOMEM */
function copyPages({ fe, mm, oldMm }: MmapCopy, parentVma: Vma): KernelThread<number> {
  const { start, end } = parentVma;
  const pages = copyPageRange(fe.mm, mm, oldMm, parentVma);
  return traced(fe.sync, "copy_page_range", pages, { start, end });
}

/** The child goes without; its totals, copied from the parent's, are put right. */
function* leaveOut({ fe, mm }: MmapCopy, vma: Vma): KernelThread<number> {
  const pages = vmaPages(vma);
  yield* addTotalVm(fe.sync, mm, -pages);
  yield* vmStatAccount(fe.mm, mm, vma.flags, vma.file !== null, -pages);
  return 0;
}

/** The limits are those of the parent, whose mm is the one they look at. @returns 0 or -ENOMEM */
function chargeArea(
  { fe, current, oldMm }: MmapCopy,
  pages: number,
  vma: Vma,
): KernelThread<number> {
  const isAdmin = capable(current, Capability.SYS_ADMIN);
  return vmEnoughSteps(fe.mm, oldMm, pages, isAdmin, vma);
}

/** @returns the child's area, in no list but those of its anon_vmas; null when memory is short */
function* copyStruct(
  { fe, mm }: MmapCopy,
  parentVma: Vma,
  inherited: "copy" | "empty",
): KernelThread<Vma | null> {
  const { sync, anonVmas } = fe.mm;
  if (!(yield* allocVma(fe.mm))) return null;
  const vma = copyVmaStruct(parentVma, {}, mm);
  if (stepStatus(fe, "vma_dup_policy") !== 0) return null;
  if (inherited === "empty") {
    vma.anonVma = null;
  } else {
    const forked = anonVmaFork(sync, anonVmas, vma, parentVma);
    if ((yield* traced(sync, "anon_vma_fork", forked)) !== 0) return null;
  }
  vma.flags = withoutVmFlag(withoutVmFlag(vma.flags, VmFlag.LOCKED), VmFlag.LOCKONFAULT);
  return vma;
}

/** From here truncation and reclaim of the file can find the child's area. */
function* linkFile({ sync }: ForkEnv, vma: Vma, parentVma: Vma): KernelThread<void> {
  const { file } = vma;
  if (file === null) return;
  getFile(file);
  yield* holding(sync, file.iMmapLock, "dup_mmap", () => {
    vma.truncateCount = parentVma.truncateCount;
    linkFileVma(vma);
  });
}
