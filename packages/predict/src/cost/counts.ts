/** How much a fork has to do, in what it does: areas, tables, entries, huge pages. */
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import type { Kernel } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import { isPteSpecial, type PageTables, visitTables } from "@forkpath/page-table";
import { HPAGE_PMD_NR } from "@forkpath/rmap";

/** What one fork does, as numbers of things. */
export interface ForkCounts {
  /** Areas that the child has, and whose entries nobody copies. */
  readonly areasSkipped: number;
  /** Areas whose entries are copied. */
  readonly areasCopied: number;
  /** Pte tables that are filled; those laid by for huge pages come with the huge pages. */
  readonly tables: number;
  /** Entries of single pages, present or swapped. */
  readonly entries: number;
  /** Huge pages that one entry maps. */
  readonly hugePages: number;
}

/** What the fork of `parent` that made `child` has copied. */
export function forkCounts({ machine }: Kernel, parent: MmStruct, child: MmStruct): ForkCounts {
  const { rules } = machine.mm;
  const { inherit } = machine.fork.rules;
  const inherited = parent.vmas.filter(({ flags }) => inherit(flags) !== "none");
  const copied = inherited.filter(
    (vma) => inherit(vma.flags) === "copy" && rules.needsCopy(vma),
  ).length;
  const count = (member: MmCounter): number => peekCounterSigned(child.counters, member);
  const hugePages = child.pmdHugePte.length;
  const zeroes = hugePages === 0 ? 0 : hugeZeroPages(machine.mm.tables, child);
  const { FILE_RSS, ANON_RSS, SWAP_USAGE, SHMEM_RSS } = MmCounter;
  const pages = count(FILE_RSS) + count(ANON_RSS) + count(SWAP_USAGE) + count(SHMEM_RSS);
  return {
    areasSkipped: inherited.length - copied,
    areasCopied: copied,
    tables: child.nrPtes - hugePages,
    entries: Math.max(pages - (hugePages - zeroes) * HPAGE_PMD_NR, 0),
    hugePages,
  };
}

/** Huge pages that no counter of pages knows. */
function hugeZeroPages(tables: PageTables, { pgd }: MmStruct): number {
  let found = 0;
  visitTables(tables, pgd, {
    hugePmd: (_addr, _cell, low) => {
      if (isPteSpecial(low)) found++;
    },
  });
  return found;
}
