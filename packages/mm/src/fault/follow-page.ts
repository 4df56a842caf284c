/** From an address to the page that is mapped there, for a caller that wants to hold on to it. */
import { Errno, PAGE_SIZE, type Pfn, PMD_SIZE, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isPtePresent,
  isPteWrite,
  NO_CELL,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { getPage, NO_PFN, NormalPage, vmNormalPage } from "@forkpath/rmap";
import { holding, type KernelThread, PointKind, type SchedulePoint } from "@forkpath/sync";
import { waitSplitHugePage } from "../huge/split.ts";
import { reportBadPte } from "../machine/bad-pte.ts";
import { findHugePmd, hugePmdPfn, hugePmdState, pmdLockAt } from "../machine/huge-pmd.ts";
import { cellPoint } from "../machine/memory-point.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopToLook } from "../machine/memory-stop.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import { type MmEnv, type MmStruct, ThpMode, type Vma } from "../types.ts";

const WHERE = "follow_page";

/**
 * What a lookup is for. @kernel FOLL_WRITE, FOLL_FORCE, FOLL_COW and FOLL_PIN in include/linux/mm.h
 */
export const Follow = { WRITE: 1, FORCE: 0x10, COW: 0x4000, PIN: 0x80000 } as const;

/**
 * The page at `addr`, with one reference more; the zero page too.
 * @returns a frame number; NO_PFN when a fault has to come first; -EFAULT for memory of a driver;
 *   -EMLINK for a page that others have too, and that is to be pinned
 * @kernel follow_page in mm/memory.c
 * @deviates Marks neither page nor entry as accessed.
 */
export function* followPage(
  env: MmEnv,
  vma: Vma,
  addr: number,
  follow: number,
): KernelThread<number> {
  yield* stopToLook(env, vma.mm, addr);
  const cell = findPteCell(env.tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) {
    return env.thp === ThpMode.NEVER ? NO_PFN : yield* followHugePage(env, vma, addr, follow);
  }
  const hold = memoryStep(
    env,
    () => held(env, pageOfEntry(env, vma, addr, cell, follow)),
    () => cellPoint(env, vma.mm, addr, cell),
  );
  return yield* holding(env.sync, ptlOfCell(env, vma.mm, cell), WHERE, hold);
}

/** Takes a reference to `page`, if it is one. @returns `page` */
function held({ map }: MmEnv, page: number): number {
  if (page >= 0) getPage(map, page);
  return page;
}

/**
 * The part of a huge page at `addr`. A forced write does not get at one that is read-only, and
 * tries again for as long as the page stays huge (D14).
 * @kernel follow_trans_huge_pmd in mm/huge_memory.c
 */
function* followHugePage(env: MmEnv, vma: Vma, addr: number, follow: number): KernelThread<number> {
  const { mm } = vma;
  const hold = memoryStep(env, () => pageOfHugePmd(env, mm, addr, follow));
  const found = yield* holding(env.sync, pmdLockAt(env, mm, addr), WHERE, hold);
  if (typeof found === "number") return held(env, found);
  if (found === "splitting" && vma.anonVma !== null) yield* waitSplitHugePage(env, vma.anonVma);
  if (found === "read-only" && (follow & Follow.COW) !== 0) yield* spinWhileHuge(env, mm, addr);
  return NO_PFN;
}

/** Requires page_table_lock. @returns the page, or why there is none to be had; NO_PFN if gone */
function pageOfHugePmd(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  follow: number,
): number | "splitting" | "read-only" {
  const pmd = findHugePmd(env, mm, addr);
  const state = hugePmdState(env, pmd);
  if (state === "small") return NO_PFN;
  if (state === "splitting") return state;
  if ((follow & Follow.WRITE) !== 0 && !canFollowWritePmd(env, pmd, follow)) return "read-only";
  const head = hugePmdPfn(env, pmd);
  if (mustUnshare(env, pteLow(env.tables, pmd), head, follow)) return -Errno.EMLINK;
  return head + (addr % PMD_SIZE) / PAGE_SIZE;
}

/** @kernel gup_must_unshare in mm/internal.h */
const mustUnshare = (env: MmEnv, low: number, pfn: number, follow: number): boolean =>
  (follow & (Follow.PIN | Follow.WRITE)) === Follow.PIN &&
  !isPteWrite(low) &&
  env.rules.unsharesPinned(env, pfn);

/**
 * A forced write gets at a large folio as it does at a page, and so ends (D14, a forced write that
 * tries for good, is gone).
 * @kernel can_follow_write_pmd in mm/gup.c
 */
function canFollowWritePmd(env: MmEnv, pmd: number, follow: number): boolean {
  const low = pteLow(env.tables, pmd);
  if (!env.rules.huge.isLarge) return isPteWrite(low);
  return canFollowWritePte(env, low, pteHigh(env.tables, pmd), follow);
}

/** What a thread does that retries for good: it waits until somebody splits the page. */
function* spinWhileHuge(env: MmEnv, mm: MmStruct, addr: number): KernelThread<void> {
  const point: SchedulePoint = {
    kind: PointKind.WAIT,
    object: mm,
    of: { kind: "split", owner: mm.name, field: "pmd" },
    label: "a split of the read-only huge page (D14)",
    ready: () => findHugePmd(env, mm, addr) === NO_CELL,
  };
  while (!point.ready()) yield point;
}

function pageOfEntry(env: MmEnv, vma: Vma, addr: number, cell: number, follow: number): number {
  const low = pteLow(env.tables, cell);
  const high = pteHigh(env.tables, cell);
  if (!isPtePresent(low)) return NO_PFN;
  if ((follow & Follow.WRITE) !== 0 && !canFollowWritePte(env, low, high, follow)) return NO_PFN;
  const pfn: Pfn = ptePfn(low, high);
  const page = vmNormalPage(env.map, vma.flags, low, pfn);
  if (page === NormalPage.BAD) reportBadPte(env, addr, low, high);
  if (page === NormalPage.NORMAL && mustUnshare(env, low, pfn, follow)) return -Errno.EMLINK;
  return page === NormalPage.NORMAL || pfn === env.map.zeroPfn ? pfn : -Errno.EFAULT;
}

/** @kernel can_follow_write_pte in mm/memory.c */
function canFollowWritePte(env: MmEnv, low: number, high: number, follow: number): boolean {
  if (isPteWrite(low)) return true;
  const isCopied = (follow & Follow.COW) !== 0;
  return (follow & Follow.FORCE) !== 0 && env.rules.mayFollowForced(env, low, high, isCopied);
}
