/**
 * Stops before steps on memory: each where memory-point.ts has a point of that name, and nowhere
 * if the thread runs alone.
 *
 *     yield* stopAtEntry(env, mm, addr);
 *     if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, mm, addr));    says the same
 *
 * The second spelling stays where a path runs once for each entry or page: copy, zap, the faults
 * on anonymous pages and files.
 */
import type { Pfn } from "@forkpath/abi";
import { NO_STOPS, type Stops, stopAt, stopsHere } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";
import {
  entryPoint,
  lookPoint,
  markPoint,
  mmUsersPoint,
  pagesPoint,
  ringPoint,
  sharersPoint,
  slotPoint,
} from "./memory-point.ts";

/** @modelOnly before a step on any part of memory */
export const stopAtMemory = (env: MmEnv): Stops => stopAt(env.sync, env.ptePoint);

/** @modelOnly before a step on the entry that maps `addr`, and on `page` */
export const stopAtEntry = (env: MmEnv, mm: MmStruct, addr: number, page?: Pfn): Stops =>
  stopsHere(env.sync) ? stopAt(env.sync, entryPoint(env, mm, addr, page)) : NO_STOPS;

/** @modelOnly before a question what else leads to `page`, which an entry for `addr` maps */
export const stopAtSharers = (env: MmEnv, mm: MmStruct, addr: number, page: Pfn): Stops =>
  stopsHere(env.sync) ? stopAt(env.sync, sharersPoint(env, mm, addr, page)) : NO_STOPS;

/** @modelOnly before a look, without a lock, at the entry for `addr` */
export const stopToLook = (env: MmEnv, mm: MmStruct, addr: number): Stops =>
  env.sync.interleaved ? stopAt(env.sync, lookPoint(env, mm, addr)) : NO_STOPS;

/** @modelOnly before a step on pages, and on no entry */
export const stopAtPage = (env: MmEnv, page: Pfn, another?: Pfn): Stops => {
  if (!stopsHere(env.sync)) return NO_STOPS;
  const point = another === undefined ? pagesPoint(env, page) : pagesPoint(env, page, another);
  return stopAt(env.sync, point);
};

/** @modelOnly before an area gets other flags, which unmapping looks at without mmap_sem */
export const stopToMark = (env: MmEnv, mm: MmStruct): Stops =>
  stopsHere(env.sync) ? stopAt(env.sync, markPoint(env, mm)) : NO_STOPS;

/** @modelOnly before a step on slots, and on `page` */
export const stopAtSlots = (env: MmEnv, page?: Pfn): Stops =>
  stopsHere(env.sync) ? stopAt(env.sync, slotPoint(env, page)) : NO_STOPS;

/** @modelOnly before a step on the number of users of `mm` */
export const stopAtUsers = (env: MmEnv, mm: MmStruct): Stops =>
  stopsHere(env.sync) ? stopAt(env.sync, mmUsersPoint(env, mm)) : NO_STOPS;

/** @modelOnly before a step along the ring of mms that may have slots */
export const stopAtRing = (env: MmEnv): Stops =>
  stopsHere(env.sync) ? stopAt(env.sync, ringPoint(env)) : NO_STOPS;
