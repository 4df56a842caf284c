/** The rows of every area of a process of the model, in one walk over its tables. */
import { VmFlag } from "@forkpath/abi";
import type { MmEnv, MmStruct } from "@forkpath/mm";
import {
  isPteDirty,
  isPtePresent,
  isPteSpecial,
  isPteYoung,
  ptePfn,
  visitTables,
} from "@forkpath/page-table";
import { HPAGE_PMD_NR, isPageLarge } from "@forkpath/rmap";
import {
  isMigrationEntry,
  isNonSwapEntry,
  swapCount,
  swpOffset,
  swpPfn,
  swpType,
} from "@forkpath/swap";
import { addMigrating, addPage, noRows, PAGE_UNITS, type RawRows } from "./rows.ts";

/** @returns rows by area, in the order of the process's areas */
export function areaRows(env: MmEnv, mm: MmStruct): RawRows[] {
  const { vmas } = mm;
  const rows = vmas.map(noRows);
  let index = 0;
  const aim = (addr: number): RawRows | undefined => {
    while (index < vmas.length && vmas[index].end <= addr) index++;
    return rows[index];
  };
  visitTables(env.tables, mm.pgd, {
    pte: (addr, _cell, low, high) => addEntry(env, aim(addr), low, high),
    hugePmd: (addr, _cell, low, high) => addHugePmd(env, aim(addr), low, high),
  });
  for (const [at, { flags }] of vmas.entries()) {
    if (flags & VmFlag.LOCKED) rows[at].Locked = rows[at].Pss;
  }
  return rows;
}

function addEntry(
  { map, swap }: MmEnv,
  rows: RawRows | undefined,
  low: number,
  high: number,
): void {
  if (rows === undefined) return;
  if (isPtePresent(low)) {
    if (isPteSpecial(low)) return;
    const pfn = ptePfn(low, high);
    addPage(rows, map, pfn, map.mapcount[pfn], isPteDirty(low), isPteYoung(low));
  } else if (isMigrationEntry(low)) {
    addMigrating(rows, map, swpPfn(low, high));
  } else if (!isNonSwapEntry(low)) {
    const users = Math.max(swapCount(swap, swpType(low), swpOffset(low, high)), 1);
    rows.Swap++;
    rows.SwapPss += Math.floor(PAGE_UNITS / users);
  }
}

function addHugePmd({ map }: MmEnv, rows: RawRows | undefined, low: number, high: number): void {
  if (rows === undefined || isPteSpecial(low)) return;
  const head = ptePfn(low, high);
  const isLarge = isPageLarge(map, head);
  for (let page = 0; page < HPAGE_PMD_NR; page++) {
    const pfn = isLarge ? head + page : head;
    addPage(rows, map, pfn, map.mapcount[pfn], isPteDirty(low), isPteYoung(low));
  }
  rows.AnonHugePages += HPAGE_PMD_NR;
}
