/**
 * Everything on a machine that can be recounted, and what of it a failed fork has to leave as it
 * was.
 */
import type { MmStruct } from "@forkpath/mm";
import { nrFreePages } from "@forkpath/rmap";
import type { Mismatch } from "@forkpath/sync";
import { recountMachine } from "@forkpath/test-world";
import { checkTasks, type ForkEnv } from "../src/index.ts";

/** `mms` are those that no task has any more, but that still exist. */
export const recount = (fe: ForkEnv, ...mms: MmStruct[]): Mismatch[] => [
  ...checkTasks(fe),
  ...recountMachine(fe.mm, [...new Set([...mmsOf(fe), ...mms])]),
];

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
