/**
 * Numbers that a defect of the kernel makes wrong, which a recount rightly tells of, and which are
 * no fault of the model. A number may drift, which is kept minus counted, by these rules:
 *
 *    D3    _file_rss, _anon_rss   of an address space with migration entries, before the step or
 *                                 after it
 *    D4    _swap_usage            the same with entries of frames that went bad
 *    D42   vm_committed_as        upwards, while there is a stack that is charged for what it
 *                                 grows by, and not known to be (SPEC §5.12)
 *
 * A drift that is there stays as it is, up to the end of the address space. One that changes
 * without such a cause is a failure.
 */
import { VmFlag } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import { forEachPte, isPteFile, isPtePresent } from "@forkpath/page-table";
import { isHwpoisonEntry, isMigrationEntry } from "@forkpath/swap";

/** `I2: mm2._anon_rss: 1, but its page tables hold 2` */
const OF_ADDRESS_SPACE = /: ((\w+)\.(_\w+)): (-?\d+), but its page tables hold (-?\d+)$/;
const OF_PROMISES = /^I12: (vm_committed_as) is (-?\d+), but (-?\d+) pages are charged$/;

/** What can make a number drift, as far as it is there now. */
interface Causes {
  /** Names of address spaces with migration entries. */
  readonly migrating: ReadonlySet<string>;
  /** Names of address spaces with entries of frames that went bad. */
  readonly poisoned: ReadonlySet<string>;
  readonly hasUnaccountedStack: boolean;
}

export interface KnownDrift {
  /** To be called with what a recount found after each step. @returns what no rule allows */
  unexplained(lines: readonly string[]): readonly string[];
}

interface Mismatch {
  readonly what: string;
  /** `mm2`; empty for what is the machine's. */
  readonly owner: string;
  /** `_anon_rss` */
  readonly counter: string;
  readonly drift: number;
}

export function createKnownDrift(kernel: Kernel): KnownDrift {
  const drifts = new Map<string, number>();
  let before = findCauses(kernel);
  return {
    unexplained(lines) {
      const after = findCauses(kernel);
      const strange = lines.filter((line) => {
        const mismatch = parseMismatch(line);
        if (mismatch === null) return true;
        const change = mismatch.drift - (drifts.get(mismatch.what) ?? 0);
        drifts.set(mismatch.what, mismatch.drift);
        return change !== 0 && !isAllowed(mismatch, change, before) && !isAllowed(mismatch, change, after);
      });
      before = after;
      return strange;
    },
  };
}

function parseMismatch(line: string): Mismatch | null {
  const ofMm = OF_ADDRESS_SPACE.exec(line);
  if (ofMm !== null) {
    const [, what = "", owner = "", counter = "", kept, counted] = ofMm;
    return { what, owner, counter, drift: Number(kept) - Number(counted) };
  }
  const ofPromises = OF_PROMISES.exec(line);
  if (ofPromises === null) return null;
  const [, what = "", kept, counted] = ofPromises;
  return { what, owner: "", counter: what, drift: Number(kept) - Number(counted) };
}

function isAllowed({ owner, counter }: Mismatch, change: number, causes: Causes): boolean {
  switch (counter) {
    case "_file_rss":
    case "_anon_rss":
      return causes.migrating.has(owner);
    case "_swap_usage":
      return causes.poisoned.has(owner);
    default:
      return change > 0 && causes.hasUnaccountedStack;
  }
}

function findCauses({ machine }: Kernel): Causes {
  const migrating = new Set<string>();
  const poisoned = new Set<string>();
  const mms = new Set<MmStruct>();
  for (const { mm } of machine.fork.tasks.values()) if (mm !== null) mms.add(mm);
  for (const { name, pgd } of mms) {
    forEachPte(machine.mm.tables, pgd, (_addr, _cell, low) => {
      if (isPtePresent(low) || isPteFile(low)) return;
      if (isMigrationEntry(low)) migrating.add(name);
      else if (isHwpoisonEntry(low)) poisoned.add(name);
    });
  }
  return { migrating, poisoned, hasUnaccountedStack: [...mms].some(hasUnaccountedStack) };
}

const hasUnaccountedStack = ({ vmas }: MmStruct): boolean =>
  vmas.some(({ flags }) => (flags & (VmFlag.GROWSDOWN | VmFlag.ACCOUNT)) === VmFlag.GROWSDOWN);
