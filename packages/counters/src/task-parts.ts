/**
 * The parts that tasks keep to themselves, in kernels from 2.6.34 to 6.1 (M6.1).
 *
 * A task counts its own faults in its part, and moves them to the words of its mm when 64 have come
 * together, and before it leaves. Readers see the words alone, so what a part holds is missing
 * there. Where the design knows no such parts, everything here does nothing.
 */
import { type Cells, goesOver, type KernelThread, type Sync, type Thread } from "@forkpath/sync";
import type { MmCounter, MmCounters } from "./counters.ts";
import {
  addOnCpuNow,
  addToWord,
  createTaskPart,
  isSyncDue,
  moveToWords,
  type TaskPart,
} from "./parts.ts";

/**
 * The task runs in this mm from now on.
 * @kernel the store to current->mm in kernel/fork.c and fs/exec.c
 */
export function joinCounters({ taskParts }: MmCounters, thread: Thread): void {
  taskParts?.set(thread, createTaskPart());
}

/**
 * The task leaves this mm, and tells it everything first.
 * @kernel sync_mm_rss in mm/memory.c, before exit and exec let go of the mm
 */
export function leaveCounters(counters: MmCounters, thread: Thread): void {
  syncMmRss(counters, thread);
  counters.taskParts?.delete(thread);
}

/** @kernel sync_mm_rss in mm/memory.c */
export function syncMmRss({ taskParts, rss }: MmCounters, thread: Thread): void {
  const task = taskParts?.get(thread);
  if (task !== undefined) moveToWords(task, rss);
}

/**
 * The same, where others may run before each word.
 * @kernel sync_mm_rss in mm/memory.c
 */
export function* syncMmRssSteps(
  sync: Sync,
  { taskParts, rss }: MmCounters,
  thread: Thread,
): KernelThread<void> {
  const task = taskParts?.get(thread);
  if (task === undefined) return;
  if (sync.interleaved) yield* moveInSteps(sync, task, rss);
  moveToWords(task, rss);
}

/** @modelOnly a word at a time */
function* moveInSteps(sync: Sync, { parts }: TaskPart, rss: Cells): KernelThread<void> {
  for (const cell of parts.keys()) {
    if (parts[cell] === 0) continue;
    if (!goesOver(sync.passing, rss.addPoints[cell])) yield rss.addPoints[cell];
    addToWord(rss.words, cell, parts[cell]);
    parts[cell] = 0;
  }
}

/**
 * Counts a fault of the current task, and syncs when it is time. Called before the fault is
 * handled.
 * @kernel check_sync_rss_stat in mm/memory.c
 */
export function checkSyncRssStat({ current }: Sync, { taskParts, rss }: MmCounters): void {
  const task = taskParts?.get(current);
  if (task !== undefined && isSyncDue(task)) moveToWords(task, rss);
}

/**
 * What `faults` faults of the current task in a row count, each a page more, as one call for each
 * of them would leave it. Nobody else runs meanwhile, and nobody listens.
 * @kernel check_sync_rss_stat and inc_mm_counter_fast in mm/memory.c, once a fault
 */
export function countFaults(
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
  faults: number,
): void {
  const { taskParts, cpuParts, rss } = counters;
  const task = taskParts?.get(sync.current);
  if (task !== undefined) {
    for (let fault = 0; fault < faults; fault++) {
      if (isSyncDue(task)) moveToWords(task, rss);
      task.parts[member]++;
    }
  } else if (cpuParts !== null) {
    for (let fault = 0; fault < faults; fault++) addOnCpuNow(sync, cpuParts, rss, member, 1);
  } else {
    addToWord(rss.words, member, faults);
  }
}
