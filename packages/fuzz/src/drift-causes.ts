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
  const { fork, waiting } = machine;
  const { rules } = machine.mm;
  const mms = new Set<MmStruct>();
  for (const { mm } of fork.tasks.values()) if (mm !== null) mms.add(mm);
  const awaited = [...waiting.values()].map(({ waitsFor }) => waitsFor.of);
  const isSemAwaited =
    fork.rules.totals.copied === "with the struct" &&
    awaited.some(({ lockClass }) => lockClass === "mmap_sem");
  return {
    living: isSemAwaited ? namesOf(mms, () => true) : null,
    ...findSpecialEntries(machine, mms),
    advised: forgetsAdvice(rules) ? namesOf(mms, ({ vmas }) => vmas.some(isAdvised)) : NONE,
    remapping: rules.remapFilePages === "nonlinear" ? remapping : null,
    hasUnaccountedStack: hasUnaccountedStack(mms),
    changing: findChanging(machine),
    isHalfWay: awaited.some(({ kind }) => !AT_REST.has(kind)),
  };
}

const NONE: ReadonlySet<string> = new Set();

const namesOf = (
  mms: ReadonlySet<MmStruct>,
  isWanted: (mm: MmStruct) => boolean,
): ReadonlySet<string> => new Set([...mms].filter(isWanted).map(({ name }) => name));

/** Walks only where there can be such an entry: a walk costs as much as the rest of a step. */
function findSpecialEntries(
  { migrations, mm }: Machine,
  mms: Iterable<MmStruct>,
): Pick<Causes, "migrating" | "poisoned"> {
  const { map, tables, rules } = mm;
  if (migrations.length === 0 && !isAnyBad(map)) return { migrating: NONE, poisoned: NONE };
  const migrating = new Set<string>();
  const poisoned = new Set<string>();
  for (const { name, pgd } of mms) {
    forEachPte(tables, pgd, (_addr, _cell, low, high) => {
      if (isPtePresent(low) || isPteFile(low)) return;
      if (isMigrationEntry(low)) {
        const counter = rules.migrationCounter(mm, undefined, low, high);
        if (counter === NOT_COUNTED) migrating.add(name);
      } else if (isHwpoisonEntry(low) && rules.poisonCounter !== NOT_COUNTED) poisoned.add(name);
    });
  }
  return { migrating, poisoned };
}

function isAnyBad({ flags, nextFrame }: MemMap): boolean {
  for (let pfn = 0; pfn < nextFrame; pfn++) if (flags[pfn] & PageFlag.HWPOISON) return true;
  return false;
}

function hasUnaccountedStack(mms: ReadonlySet<MmStruct>): boolean {
  for (const { vmas } of mms) if (vmas.some(isUnaccountedStack)) return true;
  return false;
}

const isUnaccountedStack = ({ flags }: Vma): boolean =>
  (flags & (VmFlag.GROWSDOWN | VmFlag.ACCOUNT)) === VmFlag.GROWSDOWN;

/** D44: mlock and munlock forget that huge pages are wanted. */
const forgetsAdvice = ({ lockedFlags }: MmRules): boolean =>
  !hasVmFlag(lockedFlags(VmFlag.HUGEPAGE, "unlock"), VmFlag.HUGEPAGE);

const isAdvised = ({ flags }: Vma): boolean => hasVmFlag(flags, VmFlag.HUGEPAGE);

function findChanging({ waiting, fork, mm: env }: Machine): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [pid, { waitsFor }] of waiting) {
    const task = fork.tasks.get(pid);
    if (waitsFor.object !== env.map || !task?.mm) continue;
    if (task.mm.mmapSem.writer === task.thread) names.add(task.mm.name);
  }
  return names;
}
