/**
 * Paths that treat a range by pages, or move its borders: they split huge pages first (SPEC §2.13).
 *
 *    pmds            [   huge   ][   huge   ][   huge   ]
 *    a new border              |                             splits the one that it cuts
 *    a range             [=================]                 splits all three
 */
import { PMD_SIZE, virtAddr } from "@forkpath/abi";
import { forEachHugePmd, NO_CELL } from "@forkpath/page-table";
import type { KernelThread } from "@forkpath/sync";
import { findHugePmd } from "../machine/huge-pmd.ts";
import { type MmEnv, type MmStruct, ThpMode } from "../types.ts";
import { splitHugePagePmd } from "./split.ts";

/**
 * Splits the huge page that `addr` lies inside of, if it is not its first byte.
 * @kernel split_huge_page_address in mm/huge_memory.c
 */
export function* splitHugePageAt(env: MmEnv, mm: MmStruct, addr: number): KernelThread<void> {
  if (addr % PMD_SIZE === 0) return;
  const pmd = findHugePmd(env, mm, addr);
  if (pmd !== NO_CELL) yield* splitHugePagePmd(env, mm, pmd);
}

/**
 * Splits every huge page that has a byte in [start, end). Requires mmap_sem held for writing: no
 * fault makes another one meanwhile.
 * @kernel split_huge_page_pmd, as the walks of mm/ call it
 * @deviates Splits for mprotect and munlock too, where Linux may keep a huge page that lies in the
 *   range as a whole.
 */
export function* splitHugeRange(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  end: number,
): KernelThread<void> {
  for (const addr of hugePagesWithin(env, mm, start, end)) {
    const pmd = findHugePmd(env, mm, addr);
    if (pmd !== NO_CELL) yield* splitHugePagePmd(env, mm, pmd);
  }
}

/**
 * First bytes of the huge pages that have a byte in [start, end), in order.
 * @modelOnly the kernel's walks look at each pmd as they come to it
 */
export function hugePagesWithin(env: MmEnv, mm: MmStruct, start: number, end: number): number[] {
  const found: number[] = [];
  if (env.thp === ThpMode.NEVER) return found;
  forEachHugePmd(env.tables, mm.pgd, (addr) => {
    if (addr + PMD_SIZE > start && addr < end) found.push(virtAddr(addr));
  });
  return found;
}
