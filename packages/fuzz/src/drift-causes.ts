/**
 * What there is on a machine because of which a recount may find a number wrong, and rightly so:
 * drift-rules.ts says which. Each lasts until something changes.
 */
import { hasVmFlag, VmFlag } from "@forkpath/abi";
import type { Kernel, Machine } from "@forkpath/kernel";
import { type MmRules, type MmStruct, NOT_COUNTED, type Vma } from "@forkpath/mm";
import { forEachPte, isPteFile, isPtePresent } from "@forkpath/page-table";
import { type MemMap, PageFlag } from "@forkpath/rmap";
import { isHwpoisonEntry, isMigrationEntry } from "@forkpath/swap";
import type { SubjectKind } from "@forkpath/sync";

/** Sets hold names of address spaces. */
export interface Causes {
  /**
   * Those that a task uses; null unless a call waits for an mmap_sem, and a fork could have copied
   * totals before it.
   */
  readonly living: ReadonlySet<string> | null;
  /** Those with migration entries. */
  readonly migrating: ReadonlySet<string>;
  /** Those with entries of frames that went bad. */
  readonly poisoned: ReadonlySet<string>;
  /** Those with an area that madvise wants huge pages for. */
  readonly advised: ReadonlySet<string>;
  /** The one that remap_file_pages was called on, in the step that was just done. */
  readonly remapping: string | null;
  readonly hasUnaccountedStack: boolean;
  /** Those whose mmap_sem a call holds for writing while it waits for a page. */
  readonly changing: ReadonlySet<string>;
  /** A call waits for something else than a page, a vfork child or a child's end. */
  readonly isHalfWay: boolean;
}

/** Waiting for one of these, a call has done all that a recount could find half done. */
const AT_REST: ReadonlySet<SubjectKind> = new Set(["page", "completion", "child"]);

export function findCauses({ machine }: Kernel, remapping: string | null = null): Causes {
  const { rules } = machine.mm;
  const mms = liveMms(machine);
  let hasUnaccountedStack = false;
  let advised = NONE;
  for (const { vmas, name } of mms) {
    for (const vma of vmas) {
      if (isUnaccountedStack(vma)) hasUnaccountedStack = true;
      if (isAdvised(vma) && forgetsAdvice(rules)) advised = withName(advised, name);
    }
  }
  return {
    living: findLiving(machine, mms),
    ...findSpecialEntries(machine),
    advised,
    remapping: rules.remapFilePages === "nonlinear" ? remapping : null,
    hasUnaccountedStack,
    changing: findChanging(machine),
    isHalfWay: isHalfWay(machine),
  };
}

function liveMms({ fork }: Machine): ReadonlySet<MmStruct> {
  const mms = new Set<MmStruct>();
  for (const { mm } of fork.tasks.values()) if (mm !== null) mms.add(mm);
  return mms;
}

/** Most sets are empty, and have no need to be made. */
const NONE: ReadonlySet<string> = new Set();

const withName = (names: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  names.has(name) ? names : new Set([...names, name]);

function findLiving(
  { fork, waiting }: Machine,
  mms: ReadonlySet<MmStruct>,
): ReadonlySet<string> | null {
  if (fork.rules.totals.copied !== "with the struct") return null;
  for (const { waitsFor } of waiting.values()) {
    if (waitsFor.of.lockClass !== "mmap_sem") continue;
    return new Set([...mms].map(({ name }) => name));
  }
  return null;
}

function isHalfWay({ waiting }: Machine): boolean {
  for (const { waitsFor } of waiting.values()) if (!AT_REST.has(waitsFor.of.kind)) return true;
  return false;
}

/**
 * Walks only where the recount of the step came by such an entry, and something is under way or
 * has gone bad: what is left behind by mistake is no cause.
 */
function findSpecialEntries({
  migrations,
  oddMms,
  mm,
}: Machine): Pick<Causes, "migrating" | "poisoned"> {
  const { map, tables, rules } = mm;
  let migrating = NONE;
  let poisoned = NONE;
  if (oddMms.size === 0 || (migrations.length === 0 && !isAnyBad(map))) {
    return { migrating, poisoned };
  }
  for (const { name, pgd } of oddMms) {
    forEachPte(tables, pgd, (_addr, _cell, low, high) => {
      if (isPtePresent(low) || isPteFile(low)) return;
      if (isMigrationEntry(low)) {
        const counter = rules.migrationCounter(mm, undefined, low, high);
        if (counter === NOT_COUNTED) migrating = withName(migrating, name);
      } else if (isHwpoisonEntry(low) && rules.poisonCounter !== NOT_COUNTED) {
        poisoned = withName(poisoned, name);
      }
    });
  }
  return { migrating, poisoned };
}

function isAnyBad({ flags, nextFrame }: MemMap): boolean {
  for (let pfn = 0; pfn < nextFrame; pfn++) if (flags[pfn] & PageFlag.HWPOISON) return true;
  return false;
}

const isUnaccountedStack = ({ flags }: Vma): boolean =>
  (flags & (VmFlag.GROWSDOWN | VmFlag.ACCOUNT)) === VmFlag.GROWSDOWN;

/** D44: mlock and munlock forget that huge pages are wanted. */
const forgetsAdvice = ({ lockedFlags }: MmRules): boolean =>
  !hasVmFlag(lockedFlags(VmFlag.HUGEPAGE, "unlock"), VmFlag.HUGEPAGE);

const isAdvised = ({ flags }: Vma): boolean => hasVmFlag(flags, VmFlag.HUGEPAGE);

function findChanging({ waiting, fork, mm: env }: Machine): ReadonlySet<string> {
  let names = NONE;
  for (const [pid, { waitsFor }] of waiting) {
    const task = fork.tasks.get(pid);
    if (waitsFor.object !== env.map || !task?.mm) continue;
    if (task.mm.mmapSem.writer === task.thread) names = withName(names, task.mm.name);
  }
  return names;
}
