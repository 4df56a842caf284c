/**
 * What fork does to entries, held against what they were before (SPEC I14).
 *
 *    area        parent                    child
 *    private     only RW may be gone, and  no RW either
 *                what says exclusive
 *    shared      nothing has changed
 */
import { hasVmFlag, hex, isCowMapping, VmFlag } from "@forkpath/abi";
import { findVma, type MmEnv, type MmStruct, type Vma } from "@forkpath/mm";
import {
  isPteFile,
  isPteNone,
  isPtePresent,
  isPteWrite,
  Pte,
  pteFromBigint,
  ptePfn,
  pteToBigint,
  type VisitEntry,
  visitTables,
} from "@forkpath/page-table";
import { isPageAnon, NormalPage, vmNormalPage } from "@forkpath/rmap";
import { isMigrationEntry, isPteMarker, readMigrationLow, swpClearExclusive } from "@forkpath/swap";
import { compareKept, type Mismatch } from "@forkpath/sync";
import { liveMm, type Machine } from "./machine.ts";

/**
 * To be called after the fork.
 * @returns a mismatch for each entry that the fork has changed in another way than it may
 */
export type ForkCheck = (childPid: number) => readonly Mismatch[];

/**
 * Takes down the parent's entries. To be called right before the fork, and its result right after.
 * @throws RangeError when the parent is not there or has no memory, or the child after it
 * @modelOnly a recount
 */
export function watchFork(machine: Machine, parentPid: number): ForkCheck {
  const parent = liveMm(machine, "watchFork", parentPid);
  const before = entriesOf(machine.mm, parent);
  return (childPid) => {
    const child = liveMm(machine, "watchFork", childPid);
    if (child === parent) return []; // CLONE_VM
    return [
      ...compareParent(machine.mm, parent, before, entriesOf(machine.mm, parent)),
      ...findWritable(machine.mm, child, entriesOf(machine.mm, child)),
    ];
  };
}

type Entries = ReadonlyMap<number, bigint>;

function entriesOf(env: MmEnv, mm: MmStruct): Entries {
  const entries = new Map<number, bigint>();
  const take: VisitEntry = (addr, _cell, low, high) => {
    entries.set(addr, pteToBigint(low, high));
  };
  visitTables(env.tables, mm.pgd, { pte: take, hugePmd: take });
  return entries;
}

const compareParent = (env: MmEnv, parent: MmStruct, before: Entries, after: Entries): Mismatch[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((addr) => {
    const [was = 0n, is = 0n] = [before.get(addr), after.get(addr)];
    const wanted = afterFork(env, parent, findVma(parent, addr), was);
    return compareKept("I14", parent.name, entryAt(addr), hex(is), hex(wanted));
  });

/**
 * What becomes of a parent's entry. Writing stops, through a page and through a migration entry,
 * and nothing says any more that a page is exclusive; but for a page that may be pinned.
 */
function afterFork(env: MmEnv, parent: MmStruct, vma: Vma | undefined, was: bigint): bigint {
  const { low, high } = pteFromBigint(was);
  if (vma === undefined || !isShared(env, vma) || isPteNone(low, high)) return was;
  if (isPtePresent(low)) {
    const isKept = isNormal(env, vma, low, high) && isPinned(env, parent, ptePfn(low, high));
    return isKept ? was : was & ~BigInt(Pte.RW);
  }
  if (isPteFile(low) || isPteMarker(low)) return was;
  if (isMigrationEntry(low)) return pteToBigint(readMigrationLow(low), high);
  return env.rules.exclusiveFlag === 0 ? was : pteToBigint(swpClearExclusive(low), high);
}

/** Does fork copy the area's entries, and share what they map until somebody writes? */
const isShared = ({ rules }: MmEnv, vma: Vma): boolean =>
  isCowMapping(vma.flags) &&
  (vma.flags & VmFlag.DONTCOPY) === 0 &&
  !hasVmFlag(vma.flags, VmFlag.WIPEONFORK) &&
  rules.needsCopy(vma);

const isNormal = ({ map }: MmEnv, { flags }: Vma, low: number, high: number): boolean =>
  vmNormalPage(map, flags, low, ptePfn(low, high)) === NormalPage.NORMAL;

const isPinned = (env: MmEnv, parent: MmStruct, pfn: number): boolean =>
  isPageAnon(env.map, pfn) && env.rules.mustCopyPinned(env, parent, pfn);

/**
 * Entries of the child that it could write through, in areas where a write has to copy; but for its
 * own copies of pages that may be pinned.
 */
const findWritable = (env: MmEnv, child: MmStruct, entries: Entries): Mismatch[] =>
  [...entries].flatMap(([addr, value]) => {
    const { low, high } = pteFromBigint(value);
    const isCow = isCowMapping(findVma(child, addr)?.flags ?? 0);
    if (!(isCow && isPtePresent(low) && isPteWrite(low))) return [];
    if (env.rules.pinBias > 1 && env.map.mapcount[ptePfn(low, high)] === 1) return [];
    const readOnly = value & ~BigInt(Pte.RW);
    return compareKept("I14", child.name, entryAt(addr), hex(value), hex(readOnly));
  });

const entryAt = (addr: number): string => `entry at ${hex(addr)}`;
