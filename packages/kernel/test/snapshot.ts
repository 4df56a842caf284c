/**
 * Everything of a machine that a fork which fails has to leave as it was.
 *
 * Left out is what it may change: the right to write in the parent's entries, the order of free
 * frames, how often memory was asked for, spare continuation pages, and the last pid given out.
 */
import type { MappedFile, MmStruct } from "@forkpath/mm";
import { forEachPte, formatPte, isPtePresent, Pte } from "@forkpath/page-table";
import { isMigrationEntry, readMigrationLow } from "@forkpath/swap";
import type { Kernel } from "../src/index.ts";

/** Compared with `toEqual`: a difference shows as the part of the machine that it is in. */
export function snapshot(kernel: Kernel): Record<string, unknown> {
  const { mm: env, fork, users } = kernel.machine;
  const { allocations: _, ...totals } = kernel.totals();
  const pids = [...fork.tasks.keys()];
  const mms = pids.flatMap((pid) => fork.tasks.get(pid)?.mm ?? []);
  return {
    totals,
    tables: [...env.tables.liveTables],
    tasks: pids.map((pid) => kernel.process(pid)),
    processesOfUsers: [...users.values()].map(({ processes }) => processes),
    entries: mms.map((mm) => entriesOf(kernel, mm)),
    anonVmas: [...env.anonVmas.live.values()].map(
      ({ id, degree, refcount, chains }) =>
        `${id}: degree ${degree}, refs ${refcount}, ${chains.length} areas`,
    ),
    pages: Array.from({ length: env.map.nextFrame }, (_row, pfn) => kernel.page(pfn)),
    slots: env.swap.areas.flatMap(({ type, max }) =>
      Array.from({ length: max }, (_byte, offset) => kernel.slot(type, offset).count),
    ),
    files: [...env.files.values()].map(fileFacts),
  };
}

/** Entries by address, as if none could be written through. */
function entriesOf({ machine }: Kernel, mm: MmStruct): string[] {
  const entries: string[] = [];
  forEachPte(machine.mm.tables, mm.pgd, (addr, _cell, low, high) => {
    entries.push(`0x${addr.toString(16)} ${formatPte(withoutWrite(low), high)}`);
  });
  return entries;
}

function withoutWrite(low: number): number {
  if (isPtePresent(low)) return (low & ~Pte.RW) >>> 0;
  return isMigrationEntry(low) ? readMigrationLow(low) : low;
}

const fileFacts = (file: MappedFile): string =>
  `${file.path}: ${file.count} refs, ${file.iMmap.size} areas, ${file.iMmapWritable} shared, ` +
  `${file.iWritecount} writers, ${file.pages.size} pages, ${file.chargedPages} charged`;
