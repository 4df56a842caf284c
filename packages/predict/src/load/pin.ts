/** Pages that direct I/O holds: fork gives the child copies of its own (C6, C7). */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { findEntryCell } from "@forkpath/mm";
import { isPtePresent, NO_CELL, pfnAt, pteLow } from "@forkpath/page-table";
import { isPageAnon } from "@forkpath/rmap";
import type { Loading } from "./loading.ts";

/**
 * Pins what the capture says is registered: anonymous pages that only this process maps.
 * @returns how many
 */
export function pinRegistered(load: Loading): number {
  let pinned = 0;
  for (const { start, end } of load.captured.pins) {
    for (let addr = start - (start % PAGE_SIZE); addr < end; addr += PAGE_SIZE) {
      if (!isPinnable(load, addr)) continue;
      if (load.kernel.pin(load.pid, addr, PAGE_SIZE, true) === 1) pinned++;
    }
  }
  return pinned;
}

function isPinnable({ env, mm }: Loading, addr: number): boolean {
  const cell = findEntryCell(env, mm, virtAddr(addr));
  if (cell === NO_CELL) return false;
  const low = pteLow(env.tables, cell);
  if (!isPtePresent(low)) return false;
  const head = pfnAt(env.tables, cell);
  return isPageAnon(env.map, head) && env.map.mapcount[head] === 1;
}
