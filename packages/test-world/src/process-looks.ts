/** What is to be seen of a process and its one mapping (process.ts). */
import { PAGE_SIZE, type Pfn, type VirtAddr, virtAddr } from "@forkpath/abi";
import { AccessCode, type Vma, VmFault } from "@forkpath/mm";
import { forEachPte, isPtePresent, ptePfn } from "@forkpath/page-table";
import { NormalPage, vmNormalPage } from "@forkpath/rmap";
import { showEntries, showRefs, showRss } from "./letters.ts";
import type { Space } from "./machine.ts";

/** One process, as far as faults go. */
export interface Process extends Space {
  readonly vma: Vma;
}

const pageCount = ({ vma }: Process): number => (vma.end - vma.start) / PAGE_SIZE;

/** Byte address of a page of the mapping. */
export const at = ({ vma }: Process, page: number): VirtAddr =>
  virtAddr(vma.start + page * PAGE_SIZE);

/** "MAJOR|WRITE"; 0 for a minor fault. */
export function codeNames(code: number): string {
  const names = Object.entries({ ...VmFault, SEGV: AccessCode.SEGV })
    .filter(([, bit]) => code & bit)
    .map(([name]) => name);
  return names.length === 0 ? "0" : names.join("|");
}

/** Entries, counters, and references of the pages that the entries map. */
export const show = (process: Process): { ptes: string; rss: string; pages: string } => ({
  ptes: showEntries(process, process.vma.start, pageCount(process)),
  rss: showRss(process.mm),
  pages: showRefs(process, framesOf(process)),
});

/** Frames of the normal pages that the mapping's entries map, by address. */
export function framesOf({ env, mm, vma }: Process): Pfn[] {
  const frames: Pfn[] = [];
  forEachPte(env.tables, mm.pgd, (addr, _cell, low, high) => {
    if (addr < vma.start || addr >= vma.end || !isPtePresent(low)) return;
    const pfn = ptePfn(low, high);
    if (vmNormalPage(env.map, vma.flags, low, pfn) === NormalPage.NORMAL) frames.push(pfn);
  });
  return frames;
}
