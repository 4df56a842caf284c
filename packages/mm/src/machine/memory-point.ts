/**
 * Schedule points of steps on entries, pages and slots: which part of the machine's memory a step
 * touches.
 *
 * `env.ptePoint` stands for all of it: for caches and files, and for steps that do not know their
 * part. A step that knows its part says so, and a scheduler sees that steps on other parts do not
 * matter to it.
 *
 *    part                       is named by
 *    entries of one pte table   the mm's name, and which 2 MiB they map
 *    tables above               page_table_lock, and the pmds of the mm where each has a lock:
 *                               under these they are hooked in
 *    a page                     its frame number
 *    slots, their cache, the    the machine's swap state
 *    ring of mms with slots
 */
import { type Pfn, PMD_SIZE } from "@forkpath/abi";
import { isPteNone, isPtePresent, pteHigh, pteLow, ptePfn } from "@forkpath/page-table";
import { pmdsOf } from "@forkpath/page-table/internal";
import { NO_PFN, PageFlag } from "@forkpath/rmap";
import { PointKind, type SchedulePoint, type Subject, subjectName } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";

/** One part for all mms: a walk along the ring asks several of them. */
const MM_USERS = "mm_users";
const PAGES: Subject = { kind: "page", owner: "", field: "pages" };
const SLOTS: Subject = { kind: "slot", owner: "", field: "slots" };
const RING: Subject = { kind: "list", owner: "", field: "mmlist" };

const always = (): boolean => true;
const entriesAt = ({ name }: MmStruct, addr: number): string =>
  `${name} ${Math.floor(addr / PMD_SIZE)}`;

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

/**
 * A step on entries of the table that maps `addr`, on a page that only they lead to, and on `page`.
 * @modelOnly a scheduler's view of one instruction
 */
export const entryPoint = (
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  page: Pfn = NO_PFN,
): SchedulePoint =>
  page === NO_PFN
    ? partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entriesAt(mm, addr))
    : partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entriesAt(mm, addr), page);

/**
 * A step that moves entries from the table that maps `from` to that which maps `to`.
 * @modelOnly a scheduler's view of one instruction
 */
export const movePoint = (env: MmEnv, mm: MmStruct, from: number, to: number): SchedulePoint =>
  partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entriesAt(mm, from), entriesAt(mm, to));

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
  if (!isPtePresent(low)) {
    return isPteNone(low, high) ? entryPoint(env, mm, addr) : env.ptePoint;
  }
  const page = ptePfn(low, high);
  return copyTo === mm
    ? entryPoint(env, mm, addr, page)
    : partOf(
        env,
        PointKind.STORE,
        entriesOf(mm),
        ENTRY,
        entriesAt(mm, addr),
        entriesAt(copyTo, addr),
        page,
      );
}

/**
 * A step that asks what else leads to `page`, which an entry for `addr` maps: in the swap cache,
 * its slot knows too.
 * @modelOnly a scheduler's view of one instruction
 */
export const sharersPoint = (env: MmEnv, mm: MmStruct, addr: number, page: Pfn): SchedulePoint =>
  page !== NO_PFN && env.map.flags[page] & PageFlag.SWAPCACHE
    ? partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entriesAt(mm, addr), page, env.swap)
    : entryPoint(env, mm, addr, page);

/**
 * A look at the entry for `addr`, and at the tables that lead there, without a lock.
 * @modelOnly a scheduler's view of one instruction
 */
export const lookPoint = (env: MmEnv, mm: MmStruct, addr: number): SchedulePoint =>
  partOf(env, PointKind.LOAD, entriesOf(mm), ENTRY, ...tablesAbove(env, mm), entriesAt(mm, addr));

/**
 * An access of the processor, which looks at the entry for `addr` and leaves marks in it.
 * @modelOnly a scheduler's view of one instruction
 */
export const accessPoint = (env: MmEnv, mm: MmStruct, addr: number): SchedulePoint => ({
  ...partOf(env, PointKind.STORE, entriesOf(mm), ENTRY, entriesAt(mm, addr)),
  reads: tablesAbove(env, mm),
});

/** By what guards them, the tables above those of entries. A point must not look them up itself. */
const tablesAbove = ({ tables }: MmEnv, mm: MmStruct): readonly unknown[] =>
  tables.rules.pmdLocks === "of each table"
    ? [mm.pageTableLock, pmdsOf(mm.name)]
    : [mm.pageTableLock];

/**
 * A step on pages, and on no entry.
 * @modelOnly a scheduler's view of one instruction
 */
export const pagesPoint = (env: MmEnv, ...pages: readonly number[]): SchedulePoint =>
  pages.length === 1
    ? partOf(env, PointKind.STORE, pageSubject(pages[0]), `page ${pages[0]}`, ...pages)
    : partOf(env, PointKind.STORE, PAGES, PAGES.field, ...pages);

/** @modelOnly what a step on a page, or on its lock, is about */
export const pageSubject = (pfn: number): Subject => ({
  kind: "page",
  owner: `${pfn}`,
  field: "page",
});

/**
 * A step on slots, and on `page`, which one of them may have.
 * @modelOnly a scheduler's view of one instruction
 */
export const slotPoint = (env: MmEnv, page: Pfn = NO_PFN): SchedulePoint =>
  page === NO_PFN
    ? partOf(env, PointKind.STORE, SLOTS, SLOTS.field, env.swap)
    : partOf(env, PointKind.STORE, SLOTS, SLOTS.field, env.swap, page);

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
export const ringPoint = (env: MmEnv): SchedulePoint =>
  partOf(env, PointKind.STORE, RING, RING.field, env.swap, MM_USERS);
