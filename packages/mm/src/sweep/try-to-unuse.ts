/**
 * swapoff brings back every page of an area (SPEC §3.9): slot by slot, and for each slot from one
 * address space to the next, along the ring of those that may hold swap entries.
 *
 * An entry in an mm that the ring does not reach is never found (D7): its page is read, nobody
 * takes it, it is written back, and the search starts over. Only a signal ends that.
 */
import { Errno, type Pfn } from "@forkpath/abi";
import { NO_PFN, PageFlag } from "@forkpath/rmap";
import {
  entryPteHigh,
  entryPteLow,
  findNextToUnuse,
  type MmListNode,
  makeEntry,
  type SwapArea,
  slotState,
} from "@forkpath/swap";
import { countPart } from "@forkpath/swap/internal";
import { condResched, type KernelThread, stopAt } from "@forkpath/sync";
import { cachePoint, mmUsersPoint, slotLookPoint } from "../machine/memory-point.ts";
import { stopAtMemory, stopAtRing, stopAtSlots } from "../machine/memory-stop.ts";
import { swapWritepage, waitOnPageWriteback } from "../page/io.ts";
import { lockPage, unlockPage, waitOnPageLocked } from "../page/lock.ts";
import { shmemUnuse } from "../page/shmem.ts";
import { dropPage, setPageDirty } from "../page/state.ts";
import { deleteFromSwapCache, swapEntryOfPage } from "../page/swap-cache.ts";
import { readSwapCacheAsync } from "../page/swap-read.ts";
import { mmput } from "../space/mmput.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { unuseMm } from "./unuse-mm.ts";

/**
 * Answers signal_pending for the caller of swapoff, before each slot.
 * @param fruitlessTurns slots in a row, up to now, that could not be emptied
 */
export type SignalPending = (fruitlessTurns: number) => boolean;

/** Where the search stands. */
interface Search {
  readonly area: SwapArea;
  /** The mm in which an entry was found last, with a user of ours; null for init_mm. */
  startMm: MmStruct | null;
}

/**
 * Empties the area that `type` names, whose swapoff has begun.
 * @returns 0, -EINTR, or -ENOMEM when a page could not be read
 * @kernel try_to_unuse in mm/swapfile.c
 */
export function* tryToUnuse(
  env: MmEnv,
  type: number,
  signalPending: SignalPending,
): KernelThread<number> {
  const area = env.swap.areas[type];
  const search: Search = { area, startMm: null };
  let fruitlessTurns = 0;
  let status = 0;
  let slot = yield* nextSlot(env, area, 0);
  while (slot !== 0 && status === 0) {
    if (signalPending(fruitlessTurns)) {
      status = -Errno.EINTR;
    } else {
      status = yield* unuseSlot(env, search, slot);
      fruitlessTurns = countPart(area.swapMap[slot]) === 0 ? 0 : fruitlessTurns + 1;
      yield* condResched(env.sync);
      slot = yield* nextSlot(env, area, slot);
    }
  }
  if (search.startMm !== null) yield* letGo(env, search.startMm);
  return status;
}

function* nextSlot(env: MmEnv, area: SwapArea, slot: number): KernelThread<number> {
  if (env.sync.interleaved) yield* stopAt(env.sync, slotLookPoint(env));
  return findNextToUnuse(area, slot);
}

/** One turn: the slot's page comes in, and every mm that is found takes it. */
function* unuseSlot(env: MmEnv, search: Search, slot: number): KernelThread<number> {
  const { area } = search;
  const entry = makeEntry(area.type, slot);
  if (env.sync.interleaved) yield* stopAt(env.sync, cachePoint(env, entry));
  const page = yield* readSwapCacheAsync(env, entryPteLow(entry), entryPteHigh(entry));
  if (page === NO_PFN) return area.swapMap[slot] === 0 ? 0 : -Errno.ENOMEM;
  if (env.sync.interleaved && search.startMm !== null)
    yield* stopAt(env.sync, mmUsersPoint(env, search.startMm));
  if (search.startMm?.mmUsers === 1) {
    const last = search.startMm;
    search.startMm = null;
    yield* letGo(env, last);
  }
  yield* waitOnPageLocked(env, page);
  yield* waitOnPageWriteback(env, page);
  yield* lockPage(env, page);
  yield* waitOnPageWriteback(env, page);
  yield* stopAtSlots(env);
  if (slotState(area.swapMap[slot]) === "shmem") {
    yield* stopAtMemory(env);
    shmemUnuse(env, entry, page);
    unlockPage(env, page);
    dropPage(env, page);
    return 0;
  }
  if (isWanted(area, slot) && search.startMm !== null) {
    yield* unuseMm(env, search.startMm, entry, page);
  }
  yield* stopAtRing(env);
  if (isWanted(area, slot)) yield* unuseAlongRing(env, search, slot, page);
  yield* letGoOfSlot(env, area, slot, page);
  return 0;
}

/** Visits the mms behind `startMm` until the slot's count is 0; the first that had it is next. */
function* unuseAlongRing(env: MmEnv, search: Search, slot: number, page: Pfn): KernelThread<void> {
  const { area } = search;
  const entry = makeEntry(area.type, slot);
  const first = nodeOf(env, search.startMm);
  let next: MmStruct | null = null;
  let visited: MmStruct | null = null;
  for (let node = first.next; node !== first && isWanted(area, slot); node = node.next) {
    // Only an mm_struct embeds a node; the anchor's is nobody's.
    const mm = node.mm as MmStruct | null;
    if (mm === null || mm.mmUsers === 0) continue;
    hold(mm);
    // Held until its successor is: so its node stays on the ring.
    if (visited !== null) yield* letGo(env, visited);
    visited = mm;
    const before = area.swapMap[slot];
    yield* unuseMm(env, mm, entry, page);
    yield* stopAtRing(env);
    if (next === null && area.swapMap[slot] < before) {
      hold(mm);
      next = mm;
    }
  }
  if (visited !== null) yield* letGo(env, visited);
  if (next === null) return;
  if (search.startMm !== null) yield* letGo(env, search.startMm);
  search.startMm = next;
}

/** Takes the page out of the cache; it is written first if the slot is still wanted. */
function* letGoOfSlot(env: MmEnv, area: SwapArea, slot: number, page: Pfn): KernelThread<void> {
  const entry = makeEntry(area.type, slot);
  yield* stopAtSlots(env, page);
  const isDirty = (env.map.flags[page] & PageFlag.DIRTY) !== 0;
  if (isWanted(area, slot) && isDirty && swapEntryOfPage(env, page) === entry) {
    yield* swapWritepage(env, page);
    yield* lockPage(env, page);
    yield* waitOnPageWriteback(env, page);
  }
  yield* stopAtSlots(env, page);
  if (swapEntryOfPage(env, page) === entry) deleteFromSwapCache(env, page);
  setPageDirty(env, page);
  unlockPage(env, page);
  dropPage(env, page);
}

/** Does some entry still name the slot? */
const isWanted = (area: SwapArea, slot: number): boolean => countPart(area.swapMap[slot]) !== 0;

const nodeOf = (env: MmEnv, mm: MmStruct | null): MmListNode =>
  mm === null ? env.swap.initMm : mm.mmlist;

/** @kernel atomic_inc of mm_users, as in mm/swapfile.c */
function hold(mm: MmStruct): void {
  mm.mmUsers++;
  mm.swapoffs++;
}

/** @kernel mmput */
function* letGo(env: MmEnv, mm: MmStruct): KernelThread<void> {
  mm.swapoffs--;
  yield* mmput(env, mm);
}
