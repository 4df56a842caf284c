/**
 * Pictures of 2 MiB a sign of the processes of huge.ts:
 *
 *    H  a huge page, writable        Hr  a huge page, read-only
 *    -  nothing                      [W r*511]  a pte table, by the signs of letters.ts
 *
 * Behind that: the counters, the pte tables as hooked in and deposited, and "count/mapcount" of
 * each head.
 */
import { PMD_SIZE, virtAddr } from "@forkpath/abi";
import { findEntryCell } from "@forkpath/mm";
import { findHugePmd, hugePmdPfn } from "@forkpath/mm/internal";
import { findPmdCell, formatPte, NO_CELL, pteHigh, pteLow } from "@forkpath/page-table";
import { HUGE } from "./huge.ts";
import { entrySign, showEntries, showRefs, showRss } from "./letters.ts";
import type { Process } from "./process-looks.ts";

export interface HugePicture {
  readonly pmds: string;
  readonly rss: string;
  /** "hooked in + deposited": what nr_ptes has to be. */
  readonly tables: string;
  readonly heads: string;
}

/** What `show` is expected to answer, on one line. */
export const drawn = (pmds: string, rss: string, tables: string, heads = ""): HugePicture => ({
  pmds,
  rss,
  tables,
  heads,
});

export const show = (process: Process): HugePicture => ({
  pmds: blocksOf(process)
    .map((addr) => blockOf(process, addr))
    .join(" "),
  rss: showRss(process.mm),
  tables: `${process.mm.nrPtes - process.mm.pmdHugePte.length}+${process.mm.pmdHugePte.length}`,
  heads: showRefs(process, headsOf(process)),
});

/** Heads of the huge pages that the mapping has, by address. */
export const headsOf = (process: Process): number[] =>
  blocksOf(process)
    .map((addr) => findHugePmd(process.env, process.mm, addr))
    .filter((pmd) => pmd !== NO_CELL)
    .map((pmd) => hugePmdPfn(process.env, pmd));

/** The entry of a huge page as Appendix A.1 writes it; `0x0` where there is none. */
export function pmdValue({ env, mm, vma }: Process, block = 0): string {
  const pmd = findPmdCell(env.tables, mm.pgd, virtAddr(vma.start + block * PMD_SIZE));
  return pmd === NO_CELL ? "0x0" : formatPte(pteLow(env.tables, pmd), pteHigh(env.tables, pmd));
}

/** First bytes of the 2 MiB that the mapping touches. */
function blocksOf({ vma }: Process): number[] {
  const blocks: number[] = [];
  const first = vma.start - (vma.start % PMD_SIZE);
  for (let addr = first; addr < vma.end; addr += PMD_SIZE) blocks.push(addr);
  return blocks;
}

function blockOf(process: Process, addr: number): string {
  const { env, mm } = process;
  const cell = findEntryCell(env, mm, addr);
  if (cell === NO_CELL) return "-";
  if (findHugePmd(env, mm, addr) !== NO_CELL) {
    return entrySign(env, pteLow(env.tables, cell), pteHigh(env.tables, cell));
  }
  return `[${runs(showEntries(process, addr, HUGE).split(" "))}]`;
}

/** "W r*511" */
function runs(letters: readonly string[]): string {
  const words: string[] = [];
  for (let first = 0; first < letters.length; ) {
    let end = first;
    while (letters[end] === letters[first]) end++;
    words.push(end - first === 1 ? letters[first] : `${letters[first]}*${end - first}`);
    first = end;
  }
  return words.join(" ");
}
