/**
 * Everything on a machine that can be recounted, and what of it a failed fork has to leave as it
 * was.
 */
import { checkCommit, checkMm, type MmStruct } from "@forkpath/mm";
import {
  checkPageTables,
  forEachPte,
  isPtePresent,
  isPteSpecial,
  ptePfn,
} from "@forkpath/page-table";
import { checkAnonVmas, checkRmap, nrFreePages, PageFlag } from "@forkpath/rmap";
import { checkSwap } from "@forkpath/swap";
import type { Mismatch } from "@forkpath/sync";
import { checkTasks, type ForkEnv } from "../src/index.ts";

/** `mms` are those that no task has any more, but that still exist. */
export function recount(fe: ForkEnv, ...mms: MmStruct[]): Mismatch[] {
  const env = fe.mm;
  const all = [...new Set([...mmsOf(fe), ...mms])];
  const mappings = countMappings(fe, all);
  const cached = new Set<number>(
    [...env.files.values()].flatMap(({ pages }) => [...pages.values()]),
  );
  const isHeld = (pfn: number): boolean =>
    cached.has(pfn) || (env.map.flags[pfn] & PageFlag.SWAPCACHE) !== 0;
  return [
    ...checkTasks(fe),
    ...all.flatMap((mm) => checkMm(env, mm)),
    ...checkRmap(
      env.map,
      (pfn) => mappings.get(pfn) ?? 0,
      (pfn) => (isHeld(pfn) ? 1 : 0),
    ),
    ...checkPageTables(env.tables, all),
    ...checkAnonVmas(
      env.anonVmas,
      all.flatMap(({ vmas }) => vmas),
    ),
    ...checkSwap(env.swap),
    ...checkCommit(env, all),
  ];
}

/** What fork takes and a failed fork gives back: equal before and after. */
export function holdings(fe: ForkEnv): Record<string, unknown> {
  const env = fe.mm;
  const [{ swapMap }] = env.swap.areas;
  return {
    freeFrames: nrFreePages(env.map),
    committed: env.commit.committed,
    anonVmas: env.anonVmas.live.size,
    tables: [...env.tables.liveTables],
    swapMap: Buffer.from(swapMap).toString("hex"),
    files: [...env.files.values()].map(({ count, iWritecount, iMmapWritable, iMmap }) => [
      count,
      iWritecount,
      iMmapWritable,
      iMmap.size,
    ]),
    tasks: [...fe.tasks.keys()],
    pids: [...fe.pidMap.used],
    nrThreads: fe.nrThreads,
    totalForks: fe.totalForks,
    processes: [...fe.tasks.values()].map(({ cred }) => cred.user.processes),
    mmUsers: mmsOf(fe).map(({ mmUsers, mmCount }) => [mmUsers, mmCount]),
  };
}

/** Address spaces of the tasks, each once. */
export const mmsOf = (fe: ForkEnv): MmStruct[] => [
  ...new Set([...fe.tasks.values()].flatMap(({ mm }) => (mm === null ? [] : [mm]))),
];

function countMappings({ mm: env }: ForkEnv, mms: readonly MmStruct[]): Map<number, number> {
  const mappings = new Map<number, number>();
  for (const mm of mms) {
    forEachPte(env.tables, mm.pgd, (_addr, _cell, low, high) => {
      if (!isPtePresent(low) || isPteSpecial(low)) return;
      const pfn = ptePfn(low, high);
      mappings.set(pfn, (mappings.get(pfn) ?? 0) + 1);
    });
  }
  return mappings;
}
