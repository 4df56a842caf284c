/** The areas of a capture, as areas of the model's process: everything but their pages. */
import { PAGE_SIZE, USER_END } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import { type MmStruct, type MmUsage, type Vma, vmaPages } from "@forkpath/mm";
import { createVma, insertVma } from "@forkpath/mm/internal";
import { anonVmaPrepare } from "@forkpath/rmap";
import { runToCompletion } from "@forkpath/sync";
import type { CapturedArea, CapturedProcess } from "../types.ts";
import { Clause, clauseOf, hasAnonVma, isCopying, isShared } from "./clause.ts";
import type { DirtyPages, LoadedArea } from "./loading.ts";
import { pagesOfKb } from "./page-record.ts";
import { vmFlagsOf } from "./vm-flags.ts";

const HUGE_KB = 2048;

/** The kernel's own pages above user space, which maps shows as [vsyscall], are no area. */
export const isOfUser = ({ start }: CapturedArea): boolean => start < USER_END;

/** Makes every area of the capture, by address. */
export function loadAreas(
  kernel: Kernel,
  mm: MmStruct,
  captured: CapturedProcess,
  areas: readonly CapturedArea[],
): LoadedArea[] {
  return areas.filter(isOfUser).map((area) => {
    const flags = vmFlagsOf(kernel.machine.profile, area);
    const { start, end, offset } = area;
    const hasFile = isFileBehind(area);
    const pgoff = hasFile ? offset / PAGE_SIZE : start / PAGE_SIZE;
    const vma = createVma(mm, { start, end, flags, pgoff });
    insertVma(vma);
    countUsage(kernel, vma, hasFile);
    const clause = clauseOf(captured, area);
    if (hasAnonVma(captured, area) || clause === Clause.UFFD_WP) giveAnonVma(kernel, vma);
    return loadedArea(area, vma, hasFile, clauseHere(kernel, vma, clause));
  });
}

/** A path, or shared memory that maps shows as one; names in brackets are anonymous memory. */
const isFileBehind = ({ name }: CapturedArea): boolean =>
  name !== "" && (!name.startsWith("[") || name.startsWith("[anon_shmem"));

function giveAnonVma({ machine }: Kernel, vma: Vma): void {
  const { mm: env } = machine;
  const none = () => null;
  runToCompletion(anonVmaPrepare(env.sync, env.anonVmas, vma, vma.mm.pageTableLock, none));
}

function countUsage({ machine }: Kernel, vma: Vma, hasFile: boolean): void {
  const { usage: rules } = machine.mm.rules;
  for (const field of Object.keys(rules) as (keyof MmUsage)[]) {
    if (rules[field]({ flags: vma.flags, hasFile })) vma.mm.usage[field] += vmaPages(vma);
  }
}

/** The release that the process is loaded into may know more flags than its own, or fewer. */
function clauseHere({ machine }: Kernel, vma: Vma, clause: Clause): ClauseHere {
  const inherited = machine.fork.rules.inherit(vma.flags);
  const isCopied = inherited === "copy" && machine.mm.rules.needsCopy(vma);
  if (isCopied === isCopying(clause)) return { clause, isCopied };
  return { clause: isCopied ? Clause.COPIED_HERE : Clause.SKIPPED_HERE, isCopied };
}

type ClauseHere = Pick<LoadedArea, "clause" | "isCopied">;

function loadedArea(
  captured: CapturedArea,
  vma: Vma,
  hasFile: boolean,
  clause: ClauseHere,
): LoadedArea {
  const { rows, vmFlags } = captured;
  const { AnonHugePages = 0, FilePmdMapped = 0, ShmemPmdMapped = 0 } = rows;
  return {
    captured,
    vma,
    ...clause,
    isShared: isShared(captured),
    isHugetlb: vmFlags.includes("ht"),
    hasFile,
    hugeLeft: Math.floor(AnonHugePages / HUGE_KB),
    filePmdLeft: Math.floor((FilePmdMapped + ShmemPmdMapped) / HUGE_KB),
    sharedAnonLeft: pagesOfKb(rows.Anonymous ?? 0),
    anon: 0,
    file: 0,
    shmem: 0,
    swap: 0,
    pteEntries: 0,
    hugePmds: 0,
    once: noPages(),
    often: noPages(),
    referenced: 0,
    idle: 0,
    aside: { filePmdPages: 0, frames: [], hugetlbPages: 0, objectSwapPages: 0 },
  };
}

const noPages = (): DirtyPages => ({ marked: 0, anon: 0, other: 0 });
