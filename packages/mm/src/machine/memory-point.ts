/**
 * Schedule points of steps on entries, pages and slots: which part of the machine's memory a step
 * touches.
 *
 * `env.ptePoint` stands for all of it: for caches and files, and for steps that do not know their
 * part. A step that knows its part says so, and a scheduler sees that steps on other parts do not
 * matter to it.
 *
 *    part                       is named by
 *    an entry                   the mm's number, and which page it maps, in one number
 *    tables above               the mm's name: under locks of theirs they are hooked in
 *    a page                     its frame number
 *    slots and their cache      the machine's swap state
 *    ring of mms with slots     its name
 *    pages under way            the machine's list of them
 */
import { PAGE_SIZE, type Pfn, PMD_SIZE, type SwpEntry, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isPteFile,
  isPteNone,
  isPtePresent,
  NO_CELL,
  pfnAt,
  pteHigh,
  pteLow,
  ptePfn,
} from "@forkpath/page-table";
import { upperTables } from "@forkpath/page-table/internal";
import { NO_PFN, PageFlag } from "@forkpath/rmap";
import { entryOfPte, isMigrationEntry, swpPfn } from "@forkpath/swap";
import {
  makePoint,
  PointKind,
  type SchedulePoint,
  type Subject,
  subjectName,
} from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";

/** One part for all mms: a walk along the ring asks several of them. */
const MM_USERS = "mm_users";
/** The ring of mms that may have slots. */
export const RING_PART = "mmlist";
const PAGES: Subject = { kind: "page", owner: "", field: "pages" };
const SLOTS: Subject = { kind: "slot", owner: "", field: "slots" };
const RING: Subject = { kind: "list", owner: "", field: "mmlist" };
const MIGRATIONS: Subject = { kind: "list", owner: "", field: "migrations" };

const always = (): boolean => true;
/** More than there are pages in an address space, and than any machine has frames. */
const ENTRIES_PER_MM = 2 ** 40;
/**
 * A number, and no text: parts are compared often.
 * @modelOnly a part of a point
 */
export const entryAt = ({ id }: MmStruct, addr: number): number =>
  (id + 1) * ENTRIES_PER_MM + Math.floor(addr / PAGE_SIZE);

/** Entries have no names of their own. */
const ENTRY = "pte";
const entriesOf = ({ name }: MmStruct): Subject => ({ kind: "entry", owner: name, field: ENTRY });

const partOf = (
  { map }: MmEnv,
  kind: PointKind,
  of: Subject,
  label: string,
  ...parts: readonly unknown[]
): SchedulePoint => ({ kind, object: map, parts, of, label, ready: always });

/** A step that only looks. */
const readOf = (
  { map }: MmEnv,
  of: Subject,
  label: string,
  ...reads: readonly unknown[]
): SchedulePoint => ({
  kind: PointKind.LOAD,
  object: map,
  parts: [],
  reads,
  of,
  label,
  ready: always,
});

/** A step whose parts depend on what others may change: they are asked for before each step. */
function renewedPoint(
  env: MmEnv,
  of: Subject,
  label: string,
  partsNow: () => readonly unknown[],
  reads: readonly unknown[] = [],
): SchedulePoint {
  const renew = (): SchedulePoint => ({
    ...partOf(env, PointKind.STORE, of, label, ...partsNow()),
    reads,
    renew,
  });
  return { kind: PointKind.STORE, object: env.map, of, label, ready: always, renew };
}

/**
 * A step on the entry that maps `addr`, on a page that only it leads to, and on `page`.
 * @modelOnly a scheduler's view of one instruction
 */
export const entryPoint = (
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  page: Pfn = NO_PFN,
): SchedulePoint =>
  page === NO_PFN
    ? partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entryAt(mm, addr))
    : partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entryAt(mm, addr), page);

/**
 * A step on the list of pages that are on their way to other frames.
 * @modelOnly a scheduler's view of one instruction
 */
export const migrationsPoint = (env: MmEnv, list: readonly unknown[]): SchedulePoint =>
  partOf(env, PointKind.STORE, MIGRATIONS, MIGRATIONS.field, list);

/**
 * A step that moves the entry for `from` to where that for `to` is.
 * @modelOnly a scheduler's view of one instruction
 */
export const movePoint = (env: MmEnv, mm: MmStruct, from: number, to: number): SchedulePoint =>
  partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entryAt(mm, from), entryAt(mm, to));

/**
 * A step on the entry in `cell`, which maps `addr`, and on what it stands for. Requires the lock of
 * its table.
 * @param copyTo the mm that gets a copy of it
 * @modelOnly a scheduler's view of one instruction
 */
export function cellPoint(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  cell: number,
  copyTo: MmStruct = mm,
): SchedulePoint {
  const low = pteLow(env.tables, cell);
  const high = pteHigh(env.tables, cell);
  if (isPteNone(low, high)) return entryPoint(env, mm, addr);
  const own = entryAt(mm, addr);
  const entries = copyTo === mm ? [own] : [own, entryAt(copyTo, addr)];
  const pointTo = (...others: readonly unknown[]): SchedulePoint =>
    partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, ...entries, ...others);
  if (isPtePresent(low)) return pointTo(ptePfn(low, high));
  if (isPteFile(low)) return pointTo();
  const ring = copyTo !== mm && env.rules.joinsMmlist(low) ? [RING_PART] : [];
  if (isMigrationEntry(low)) return pointTo(swpPfn(low, high), ...ring);
  return renewedPoint(env, entriesOf(mm), ENTRY, () => [
    ...entries,
    env.swap,
    ...cachedOf(env, entryOfPte(low, high)),
    ...ring,
  ]);
}

/** The page that the swap cache has for an entry, if there is one. */
const cachedOf = ({ swap }: MmEnv, entry: SwpEntry): readonly Pfn[] => {
  const page = swap.cache.get(entry);
  return page === undefined ? [] : [page];
};

/**
 * A step that asks what else leads to `page`, which an entry for `addr` maps: in the swap cache,
 * its slot knows too.
 * @modelOnly a scheduler's view of one instruction
 */
export const sharersPoint = (
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  page: Pfn,
  ...further: readonly unknown[]
): SchedulePoint =>
  page === NO_PFN
    ? entryPoint(env, mm, addr)
    : renewedPoint(env, entriesOf(mm), ENTRY, () =>
        isCached(env, page)
          ? [entryAt(mm, addr), page, env.swap, ...further]
          : [entryAt(mm, addr), page],
      );

/**
 * The step that takes an entry away from `page`: one in the swap cache leaves a slot behind, and
 * the mm joins the ring.
 * @modelOnly a scheduler's view of the middle of try_to_unmap_one
 */
export const unmapPoint = (env: MmEnv, mm: MmStruct, addr: number, page: Pfn): SchedulePoint =>
  sharersPoint(env, mm, addr, page, RING_PART);

const isCached = ({ map }: MmEnv, page: number): boolean =>
  (map.flags[page] & PageFlag.SWAPCACHE) !== 0;

/**
 * A look at the entry for `addr`, and at the tables that lead there, without a lock.
 * @modelOnly a scheduler's view of one instruction
 */
export const lookPoint = (env: MmEnv, mm: MmStruct, addr: number): SchedulePoint =>
  readOf(env, entriesOf(mm), ENTRY, upperTables(mm.name), entryAt(mm, addr));

/**
 * A look at which tables there are.
 * @modelOnly a scheduler's view of pmd_none in a walk
 */
export const tablesPoint = (env: MmEnv, mm: MmStruct): SchedulePoint =>
  readOf(env, entriesOf(mm), ENTRY, upperTables(mm.name));

/**
 * The same at the entries for [start, end) of one table.
 * @modelOnly a scheduler's view of a loop over entries
 */
export const spanPoint = (env: MmEnv, mm: MmStruct, start: number, end: number): SchedulePoint =>
  rangePoint(env, mm, start, Math.min(end, (Math.floor(start / PMD_SIZE) + 1) * PMD_SIZE));

/** A longer range is taken to be all memory. */
const MOST_NAMED = PMD_SIZE;

/**
 * The same at those for [start, end), of whatever tables.
 * @modelOnly a scheduler's view of a walk over entries
 */
export function rangePoint(env: MmEnv, mm: MmStruct, start: number, end: number): SchedulePoint {
  const of = entriesOf(mm);
  if (end - start > MOST_NAMED) return everythingPoint(env, of);
  const reads: unknown[] = [upperTables(mm.name)];
  for (let addr = start; addr < end; addr += PAGE_SIZE) reads.push(entryAt(mm, addr));
  return readOf(env, of, ENTRY, ...reads);
}

/**
 * A look at anything of memory, caches of files among it.
 * @modelOnly a scheduler's view of a search
 */
export const everythingPoint = (
  { map }: MmEnv,
  of: Subject = { kind: "entry", owner: "", field: ENTRY },
): SchedulePoint => makePoint(PointKind.LOAD, map, of, ENTRY);

/**
 * An access of the processor, which looks at the entry for `addr` and may leave marks in it.
 * @param leavesMarks whether it would, as the state is now
 * @modelOnly a scheduler's view of one instruction
 */
export function accessPoint(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  leavesMarks: () => boolean,
): SchedulePoint {
  const entry = [entryAt(mm, addr)];
  const above = [upperTables(mm.name)];
  const access = partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, ...entry);
  const renew = (): SchedulePoint =>
    leavesMarks()
      ? { ...access, reads: above, renew }
      : { ...access, parts: [], reads: [...above, ...entry], renew };
  return { ...access, reads: above, renew };
}

/**
 * A look, without a lock, at the entry for `addr`, which marks the page that it leads to.
 * @modelOnly a scheduler's view of follow_page_pte in mm/gup.c
 */
export const usePoint = (env: MmEnv, mm: MmStruct, addr: number): SchedulePoint =>
  renewedPoint(env, entriesOf(mm), ENTRY, () => [entryAt(mm, addr), ...mappedAt(env, mm, addr)], [
    upperTables(mm.name),
  ]);

/** The page that the entry for `addr` maps, if it does. */
function mappedAt({ tables }: MmEnv, { pgd }: MmStruct, addr: number): readonly Pfn[] {
  const cell = findPteCell(tables, pgd, virtAddr(addr));
  if (cell === NO_CELL || !isPtePresent(pteLow(tables, cell))) return [];
  return [pfnAt(tables, cell)];
}

/**
 * A step on pages, and on no entry.
 * @modelOnly a scheduler's view of one instruction
 */
export const pagesPoint = (env: MmEnv, ...pages: readonly number[]): SchedulePoint =>
  pages.length === 1
    ? partOf(env, PointKind.STORE, pageSubject(pages[0]), `page ${pages[0]}`, ...pages)
    : partOf(env, PointKind.STORE, PAGES, PAGES.field, ...pages);

/**
 * What unmapping looks at without mmap_sem: the flags of the areas of an mm.
 * @modelOnly a part of a point
 */
export const flagsOf = ({ name }: MmStruct): string => `area flags of ${name}`;

/**
 * A step that gives an area other flags.
 * @modelOnly a scheduler's view of the store to vm_flags
 */
export const markPoint = (env: MmEnv, mm: MmStruct): SchedulePoint =>
  partOf(env, PointKind.STORE, entriesOf(mm), "area flags", flagsOf(mm));

/**
 * The same step, which also looks at the flags of the area.
 * @modelOnly a scheduler's view of a look at vm_flags
 */
export const withFlags = (mm: MmStruct, point: SchedulePoint): SchedulePoint =>
  withReads(point, flagsOf(mm));

/**
 * The same step, which looks at more.
 * @modelOnly a scheduler's view of one instruction
 */
export function withReads(point: SchedulePoint, ...more: readonly unknown[]): SchedulePoint {
  const { renew, reads = [] } = point;
  const own = { ...point, reads: [...reads, ...more] };
  return renew === undefined ? own : { ...own, renew: () => withReads(renew(), ...more) };
}

/** @modelOnly what a step on a page, or on its lock, is about */
export const pageSubject = (pfn: number): Subject => ({
  kind: "page",
  owner: `${pfn}`,
  field: "page",
});

/**
 * A step that looks at slots.
 * @modelOnly a scheduler's view of a look at swap_map
 */
export const slotLookPoint = (env: MmEnv): SchedulePoint =>
  readOf(env, SLOTS, SLOTS.field, env.swap);

/**
 * A step on slots, and on `page`, which one of them may have.
 * @modelOnly a scheduler's view of one instruction
 */
export const slotPoint = (env: MmEnv, page: Pfn = NO_PFN): SchedulePoint =>
  page === NO_PFN
    ? partOf(env, PointKind.STORE, SLOTS, SLOTS.field, env.swap)
    : partOf(env, PointKind.STORE, SLOTS, SLOTS.field, env.swap, page);

/**
 * A step on the slot of `entry`, and on the page that the swap cache has for it.
 * @modelOnly a scheduler's view of lookup_swap_cache
 */
export const cachePoint = (env: MmEnv, entry: SwpEntry): SchedulePoint =>
  renewedPoint(env, SLOTS, SLOTS.field, () => [env.swap, ...cachedOf(env, entry)]);

/**
 * A step that lets pages go: those of the swap cache let their slots go, too.
 * @modelOnly a scheduler's view of a run of page_cache_release
 */
export const releasePoint = (env: MmEnv, pages: readonly number[]): SchedulePoint =>
  renewedPoint(env, PAGES, PAGES.field, () =>
    pages.some((page) => isCached(env, page)) ? [...pages, env.swap] : pages,
  );

/**
 * A step on the number of users of `mm`.
 * @modelOnly a scheduler's view of atomic_inc and atomic_dec on mm_users
 */
export const mmUsersPoint = (env: MmEnv, { name }: MmStruct): SchedulePoint => {
  const of: Subject = { kind: "field", owner: name, field: MM_USERS };
  return partOf(env, PointKind.ATOMIC, of, subjectName(of), MM_USERS);
};

/**
 * A step along the ring of mms that may have slots, which takes the next one that has users.
 * @modelOnly a scheduler's view of the loop in try_to_unuse
 */
export const ringPoint = (env: MmEnv): SchedulePoint => ({
  ...partOf(env, PointKind.STORE, RING, RING.field, RING_PART, MM_USERS),
  reads: [env.swap],
});

/**
 * A step that looks whether slots are in use, and empties the ring where none is.
 * @modelOnly a scheduler's view of drain_mmlist
 */
export const drainPoint = (env: MmEnv): SchedulePoint =>
  partOf(env, PointKind.STORE, RING, RING.field, RING_PART, env.swap);

/**
 * A step that takes an mm off that ring.
 * @modelOnly a scheduler's view of the end of mmput
 */
export const leaveRingPoint = (env: MmEnv): SchedulePoint =>
  partOf(env, PointKind.STORE, RING, RING.field, RING_PART);
