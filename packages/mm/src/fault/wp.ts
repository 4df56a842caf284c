/**
 * A write to a page that is mapped read-only (SPEC §9.6): write in place, or copy?
 *
 *    old page             mapping          answer
 *    none                 shared, write    in place (a driver's memory)
 *    none                 other            copy
 *    anon                 any              in place if it is the writer's own: rules/reuse.ts
 *    file, KSM            shared, write    in place, once page_mkwrite agrees
 *    file, KSM            other            copy
 *
 * The table's lock is held when this begins, and is let go here: in halves where most writes come
 * by.
 */
import { type Pfn, VmFlag } from "@forkpath/abi";
import {
  maybeMkwrite,
  pteMkdirty,
  pteMkyoung,
  ptePfn,
  ptepSetAccessFlags,
} from "@forkpath/page-table";
import {
  getPage,
  isPageAnon,
  isPageKsm,
  NO_PFN,
  NormalPage,
  pageMoveAnonRmap,
  vmNormalPage,
} from "@forkpath/rmap";
import {
  goesOver,
  type KernelThread,
  type SchedulePoint,
  spinUnlock,
  spinUnlockNow,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import { ownAnonVma } from "../area/new-anon-page.ts";
import { reportBadPte } from "../machine/bad-pte.ts";
import { drainingPoint } from "../machine/batch-point.ts";
import { type FaultSite, lockEntry } from "../machine/fault-site.ts";
import { entryPoint, pagesPoint, sharersPoint } from "../machine/memory-point.ts";
import { lockPage, trylockPage, unlockPage } from "../page/lock.ts";
import { dropPage, setPageDirty } from "../page/state.ts";
import { type MmEnv, VmFault } from "../types.ts";
import { askPageMkwrite, MKWRITE_GRANTED } from "./page-mkwrite.ts";
import { wpCopyPage } from "./wp-copy.ts";

const WHERE = "do_wp_page";
const SHARED_WRITE = VmFlag.SHARED | VmFlag.WRITE;

/**
 * Handles the write fault on `site`'s entry, which is present and not writable.
 *
 * Requires the table's lock, with the entry checked under it; lets the lock go.
 * @returns WRITE when the write may go on; an error; 0 to let the processor try again
 * @kernel do_wp_page in mm/memory.c
 */
export function doWpPage(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { map } = env;
  const { flags } = site.vma;
  const pfn = ptePfn(site.low, site.high);
  const page = vmNormalPage(map, flags, site.low, pfn);
  const isSharedWrite = (flags & SHARED_WRITE) === SHARED_WRITE;
  if (page !== NormalPage.NORMAL) {
    if (page === NormalPage.BAD) reportBadPte(env, site.addr, site.low, site.high);
    return isSharedWrite ? writeInPlace(env, site) : wpCopyPage(env, site, NO_PFN);
  }
  if (isPageAnon(map, pfn) && !isPageKsm(map, pfn)) return wpAnonPage(env, site, pfn);
  return isSharedWrite ? wpSharedPage(env, site, pfn) : wpCopyPage(env, site, pfn);
}

/** Rows 4 and 5. */
function* wpAnonPage(env: MmEnv, site: FaultSite, pfn: Pfn): KernelThread<number> {
  if (stopsHere(env.sync)) yield* stopAt(env.sync, ownerPoint(env, site, pfn));
  if (env.rules.reuse.isMarked(env.map, pfn)) return yield* writeInPlace(env, site);
  const claim = yield* claimPage(env, site, pfn);
  if (claim === Claim.OURS) return yield* writeInPlace(env, site);
  return claim === Claim.SHARED ? yield* wpCopyPage(env, site, pfn) : 0;
}

/**
 * A look at who else has the page, which may move the batches first.
 * @modelOnly a scheduler's view of the start of wp_can_reuse_anon_folio
 */
export const ownerPoint = (env: MmEnv, { vma, addr }: FaultSite, pfn: Pfn): SchedulePoint =>
  drainingPoint(env, sharersPoint(env, vma.mm, addr, pfn));

/** Whose a page is: CHANGED says that the entry leads elsewhere by now, and the lock is gone. */
export const Claim = { OURS: 0, SHARED: 1, CHANGED: 2 } as const;
export type Claim = (typeof Claim)[keyof typeof Claim];

/**
 * Makes an anonymous page the area's alone, if nobody else has it: the page lock keeps the swap
 * cache still while the users are counted. Requires the table's lock.
 * @kernel wp_can_reuse_anon_folio in mm/memory.c
 */
export function* claimPage(env: MmEnv, site: FaultSite, pfn: Pfn): KernelThread<Claim> {
  const { reuse, exclusiveFlag } = env.rules;
  if (!reuse.mayBeOurs(env, pfn, site.vma.mm)) return Claim.SHARED;
  if (!trylockPage(env, pfn)) {
    if (!reuse.waitsForLock) return Claim.SHARED;
    const isSame = yield* lockPageOutsidePtl(env, site, pfn);
    if (!isSame) return Claim.CHANGED;
  }
  const isOurs = reuse.isOurs(env, pfn);
  if (isOurs) {
    pageMoveAnonRmap(env.map, pfn, ownAnonVma(site.vma));
    env.map.flags[pfn] |= exclusiveFlag;
  }
  unlockPage(env, pfn);
  return isOurs ? Claim.OURS : Claim.SHARED;
}

/**
 * Locking a page can sleep, so the table's lock goes meanwhile, and a pin keeps the page.
 * @returns true with both locks held; false, with neither, when the entry changed
 */
function* lockPageOutsidePtl(env: MmEnv, site: FaultSite, pfn: Pfn): KernelThread<boolean> {
  getPage(env.map, pfn);
  yield* spinUnlock(env.sync, site.ptl, WHERE);
  yield* lockPage(env, pfn);
  const isSame = yield* lockEntry(env, site, WHERE, pfn);
  if (!isSame) {
    unlockPage(env, pfn);
    yield* spinUnlock(env.sync, site.ptl, WHERE);
    if (stopsHere(env.sync)) yield* stopAt(env.sync, pagesPoint(env, pfn));
  }
  dropPage(env, pfn);
  return isSame;
}

/** Rows 8 to 11: a write that the file sees. Its page is marked dirty once the lock is gone. */
function* wpSharedPage(env: MmEnv, site: FaultSite, pfn: Pfn): KernelThread<number> {
  const { sync } = env;
  const asks = site.vma.ops?.pageMkwrite !== undefined;
  getPage(env.map, pfn);
  if (asks) {
    yield* spinUnlock(sync, site.ptl, WHERE);
    const answer = yield* askPageMkwrite(env, site.vma, pfn);
    if (answer !== MKWRITE_GRANTED) return answer;
    const isSame = yield* lockEntry(env, site, WHERE, pfn);
    if (!isSame) {
      yield* spinUnlock(sync, site.ptl, WHERE);
      if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, pfn));
      unlockPage(env, pfn);
      dropPage(env, pfn);
      return 0;
    }
  }
  const code = yield* writeInPlace(env, site);
  if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, pfn));
  setPageDirty(env, pfn);
  if (asks) unlockPage(env, pfn);
  dropPage(env, pfn);
  return code;
}

/** The entry becomes young, dirty, and writable if the vma is; the table's lock goes. */
function* writeInPlace(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync, tables } = env;
  if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, site.vma.mm, site.addr));
  const low = maybeMkwrite(pteMkdirty(pteMkyoung(site.low)), site.vma.flags);
  ptepSetAccessFlags(tables, site.cell, low, site.high, true);
  if (sync.interleaved && !goesOver(sync.passing, site.ptl.unlockPoint)) yield site.ptl.unlockPoint;
  spinUnlockNow(sync, site.ptl, WHERE);
  return VmFault.WRITE;
}
