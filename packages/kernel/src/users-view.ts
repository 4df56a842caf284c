/** Which entries lead to a frame or to a swap slot: a walk over every table of the machine. */

import { PAGE_SIZE } from "@forkpath/abi";
import { isPteFile, isPtePresent, ptePfn, visitTables } from "@forkpath/page-table";
import { HPAGE_PMD_NR } from "@forkpath/rmap";
import { expectPfn } from "@forkpath/rmap/internal";
import { isNonSwapEntry, peekSlot, swpOffset, swpPfn, swpType } from "@forkpath/swap";
import type { Machine } from "./machine.ts";

/** One entry. */
export interface Mapper {
  /** Names the address space. */
  readonly mm: string;
  /** Tasks that have it now; none while it is made, or torn down. */
  readonly pids: readonly number[];
  /** Bytes. */
  readonly addr: number;
}

/** Visits an entry; `pages` is 512 for a huge page, whose words are those of its pmd. */
type Leads = (low: number, high: number, pages: number) => number | undefined;

/**
 * Entries that map the frame, or stand for it while it moves.
 * @throws RangeError or TypeError unless `pfn` is a frame of the machine
 * @modelOnly a debugger's look
 */
export function mappers(machine: Machine, pfn: number): Mapper[] {
  expectPfn("mappers", machine.mm.map, pfn);
  return entriesThat(machine, (low, high, pages) => {
    const first = isPtePresent(low) ? ptePfn(low, high) : movingFrame(low, high);
    return pfn >= first && pfn < first + pages ? pfn - first : undefined;
  });
}

/**
 * Entries that stand for a page in the slot.
 * @throws RangeError or TypeError unless there is such a slot
 * @modelOnly a debugger's look
 */
export function slotOwners(machine: Machine, type: number, offset: number): Mapper[] {
  peekSlot(machine.mm.swap, type, offset);
  return entriesThat(machine, (low, high) => {
    if (isPtePresent(low) || isPteFile(low) || isNonSwapEntry(low)) return undefined;
    return swpType(low) === type && swpOffset(low, high) === offset ? 0 : undefined;
  });
}

const NO_FRAME = -1;

const movingFrame = (low: number, high: number): number =>
  !isPteFile(low) && isNonSwapEntry(low) ? swpPfn(low, high) : NO_FRAME;

/** @param leads how many pages behind the entry's address it leads there; undefined if nowhere */
function entriesThat({ mm: env, fork }: Machine, leads: Leads): Mapper[] {
  const tasks = [...fork.tasks.values()];
  const found: Mapper[] = [];
  for (const mm of env.spaces) {
    const pids = (): number[] => tasks.filter((task) => task.mm === mm).map(({ pid }) => pid);
    const visit = (addr: number, low: number, high: number, pages: number): void => {
      const page = leads(low, high, pages);
      if (page === undefined) return;
      found.push({ mm: mm.name, pids: pids(), addr: addr + page * PAGE_SIZE });
    };
    visitTables(env.tables, mm.pgd, {
      pte: (addr, _cell, low, high) => visit(addr, low, high, 1),
      hugePmd: (addr, _cell, low, high) => visit(addr, low, high, HPAGE_PMD_NR),
    });
  }
  return found;
}
