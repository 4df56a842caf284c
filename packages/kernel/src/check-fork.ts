/**
 * What fork does to entries, held against what they were before (SPEC I14).
 *
 *    area        parent                    child
 *    private     only RW may be gone       no RW either
 *    shared      nothing has changed
 */
import { hex, isCowMapping, VmFlag } from "@forkpath/abi";
import { findVma, type MmEnv, type MmStruct, type Vma } from "@forkpath/mm";
import {
  isPteFile,
  isPtePresent,
  isPteWrite,
  Pte,
  pteFromBigint,
  pteToBigint,
  type VisitEntry,
  visitTables,
} from "@forkpath/page-table";
import { isWriteMigrationEntry, readMigrationLow } from "@forkpath/swap";
import { compareKept, type Mismatch } from "@forkpath/sync";
import { liveMm, type Machine } from "./machine.ts";

/** @returns a mismatch for each entry that the fork has changed in another way than it may */
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
      ...compareParent(parent, before, entriesOf(machine.mm, parent)),
      ...findWritable(child, entriesOf(machine.mm, child)),
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

const compareParent = (parent: MmStruct, before: Entries, after: Entries): Mismatch[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((addr) => {
    const [was = 0n, is = 0n] = [before.get(addr), after.get(addr)];
    const wanted = afterFork(findVma(parent, addr), was);
    return compareKept("I14", parent.name, entryAt(addr), hex(is), hex(wanted));
  });

/** What becomes of a parent's entry. Writing stops, through a page and through a migration entry. */
function afterFork(vma: Vma | undefined, was: bigint): bigint {
  if (vma === undefined || !isCowMapping(vma.flags) || vma.flags & VmFlag.DONTCOPY) return was;
  const { low, high } = pteFromBigint(was);
  if (isPtePresent(low)) return was & ~BigInt(Pte.RW);
  const isMigrating = low !== 0 && !isPteFile(low) && isWriteMigrationEntry(low);
  return isMigrating ? pteToBigint(readMigrationLow(low), high) : was;
}

/** Entries of the child that it could write through, in areas where a write has to copy. */
const findWritable = (child: MmStruct, entries: Entries): Mismatch[] =>
  [...entries].flatMap(([addr, value]) => {
    const { low } = pteFromBigint(value);
    const isCow = isCowMapping(findVma(child, addr)?.flags ?? 0);
    if (!(isCow && isPtePresent(low) && isPteWrite(low))) return [];
    const readOnly = value & ~BigInt(Pte.RW);
    return compareKept("I14", child.name, entryAt(addr), hex(value), hex(readOnly));
  });

const entryAt = (addr: number): string => `entry at ${hex(addr)}`;
