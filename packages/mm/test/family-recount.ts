/** Recounts a family the slow way (SPEC §0.6 I1 to I7). */
import type { Pfn } from "@forkpath/abi";
import { type CountedPages, checkMmCounters } from "@forkpath/counters";
import {
  checkPageTables,
  forEachPte,
  isPteFile,
  isPtePresent,
  isPteSpecial,
  ptePfn,
} from "@forkpath/page-table";
import { checkAnonVmas, checkRmap } from "@forkpath/rmap";
import { checkSwap, isMigrationEntry, isNonSwapEntry, swapCount, swpOffset } from "@forkpath/swap";
import type { MmStruct } from "../src/index.ts";
import type { Family } from "./family.ts";

export interface RecountOptions {
  /** References that only the test knows of. */
  readonly pins?: ReadonlyMap<Pfn, number>;
  /** Leave the counters out: some defect has made them wrong on purpose. */
  readonly ignoreCounters?: boolean;
}

/** Recounts I1 to I7 the slow way; one line for each mismatch. */
export function recount(family: Family, options: RecountOptions = {}): string[] {
  const { env, mms } = family;
  const mappings = new Map<number, number>();
  const lines: string[] = [];
  for (const mm of mms.values()) {
    const counted = countEntries(family, mm, mappings);
    if (!options.ignoreCounters) lines.push(...checkMmCounters(mm.counters, counted));
  }
  const caches = new Set([...env.swap.cache.values(), ...(family.file?.pages.values() ?? [])]);
  const others = (pfn: number): number =>
    (caches.has(pfn as Pfn) ? 1 : 0) + (options.pins?.get(pfn as Pfn) ?? 0);
  return [
    ...lines,
    ...checkRmap(env.map, (pfn) => mappings.get(pfn) ?? 0, others),
    ...checkSwap(env.swap),
    ...checkSlots(family),
    ...checkPrivate(family),
    ...checkPageTables(env.tables, [...mms.values()]),
    ...checkAnonVmas(
      env.anonVmas,
      [...mms.values()].flatMap((mm) => mm.vmas),
    ),
  ];
}

function countEntries(
  { env, file }: Family,
  mm: MmStruct,
  mappings: Map<number, number>,
): CountedPages {
  const counted = { fileRss: 0, anonRss: 0, swapUsage: 0 };
  forEachPte(env.tables, mm.pgd, (_addr, _cell, low, high) => {
    if (!isPtePresent(low)) {
      if (isPteFile(low)) return;
      if (!isNonSwapEntry(low)) counted.swapUsage++;
      // A migration entry that was made here is still counted as what it stands for (I1, I2).
      else if (isMigrationEntry(low)) counted[file === null ? "anonRss" : "fileRss"]++;
      return;
    }
    if (isPteSpecial(low)) return;
    const pfn = ptePfn(low, high);
    mappings.set(pfn, (mappings.get(pfn) ?? 0) + 1);
    if (env.map.mapping[pfn] & 1) counted.anonRss++;
    else counted.fileRss++;
  });
  return counted;
}

/** A page knows its entry exactly while it is cached for it. */
function checkPrivate({ env }: Family): string[] {
  const known = new Map([...env.swapEntryOf].map(([frame, entry]) => [entry, frame]));
  return [...known.keys(), ...env.swap.cache.keys()]
    .filter((entry) => known.get(entry) !== env.swap.cache.get(entry))
    .map(
      (entry) => `entry ${entry}: page ${known.get(entry)}, cached ${env.swap.cache.get(entry)}`,
    );
}

/** I6: each slot's count is the number of entries that name it. */
function checkSlots({ env, mms }: Family): string[] {
  const named = new Map<number, number>();
  for (const mm of mms.values()) {
    forEachPte(env.tables, mm.pgd, (_addr, _cell, low, high) => {
      if (isPtePresent(low) || isPteFile(low) || isNonSwapEntry(low)) return;
      const slot = swpOffset(low, high);
      named.set(slot, (named.get(slot) ?? 0) + 1);
    });
  }
  const lines: string[] = [];
  for (let slot = 1; slot < (env.swap.areas[0]?.max ?? 0); slot++) {
    const count = swapCount(env.swap, 0, slot);
    if (count !== (named.get(slot) ?? 0)) {
      lines.push(`slot ${slot}: count ${count}, but ${named.get(slot) ?? 0} entries name it`);
    }
  }
  return lines;
}
