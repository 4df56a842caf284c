/**
 * What waits beside a counter's word: a part of each CPU, or of each task (M2, M6.1).
 *
 *    add n on CPU c        |part + n| < batch    the part takes it, the word does not move
 *                          else                  the word takes both, the part is 0
 *    add n by a task       of a fault            the task's part takes it
 *                          else                  the word takes it
 *
 * Parts are signed 32-bit numbers, four to a CPU or task: file, anon, swap, shmem.
 */
import { addWords, type Cells, type Sync, type Thread } from "@forkpath/sync";

/** Counters that can have parts. @kernel NR_MM_COUNTERS in include/linux/mm_types_task.h */
export const NR_MM_COUNTERS = 4;
/** @kernel percpu_counter_batch in lib/percpu_counter.c, its least */
const LEAST_BATCH = 32;
/** Faults between two syncs of a task. @kernel TASK_RSS_EVENTS_THRESH in mm/memory.c */
const TASK_RSS_EVENTS_THRESH = 64;

/** @kernel struct percpu_counter in include/linux/percpu_counter.h: four of them */
export interface CpuParts {
  /** A part stays below this, either way. */
  readonly batch: number;
  /** By CPU, then by counter. */
  readonly parts: Int32Array;
}

/** @kernel struct task_rss_stat in include/linux/mm_types_task.h */
export interface TaskPart {
  /** Faults since the last sync, whether they counted a page or not. */
  events: number;
  /** Pages by MmCounter, signed. */
  readonly parts: Int32Array;
}

/** @kernel compute_batch_value in lib/percpu_counter.c */
export const createCpuParts = (nrCpus: number): CpuParts => ({
  batch: Math.max(LEAST_BATCH, 2 * nrCpus),
  parts: new Int32Array(nrCpus * NR_MM_COUNTERS),
});

/** @modelOnly a zeroed task_rss_stat */
export const createTaskPart = (): TaskPart => ({
  events: 0,
  parts: new Int32Array(NR_MM_COUNTERS),
});

/**
 * Adds `delta` on the CPU of the current thread. Nobody else runs on it meanwhile.
 * @kernel percpu_counter_add_batch in lib/percpu_counter.c
 */
export function addOnCpuNow(
  { current }: Sync,
  { batch, parts }: CpuParts,
  { words }: Cells,
  cell: number,
  delta: number,
): void {
  const at = current.cpu * NR_MM_COUNTERS + cell;
  const part = parts[at] + delta;
  if (part < batch && part > -batch) {
    parts[at] = part;
    return;
  }
  parts[at] = 0;
  addToWord(words, cell, part);
}

/**
 * Adds to a counter's word, past all parts.
 * @kernel atomic_long_add, of any build
 */
export function addToWord(words: Uint32Array, cell: number, delta: number): void {
  addWords(words, 2 * cell, words[2 * cell], words[2 * cell + 1], delta);
}

/**
 * What all CPUs keep of one counter.
 * @kernel __percpu_counter_sum in lib/percpu_counter.c, without the count
 */
export function sumOfCpus({ parts }: CpuParts, cell: number): number {
  let sum = 0;
  for (let at = cell; at < parts.length; at += NR_MM_COUNTERS) sum += parts[at];
  return sum;
}

/**
 * What all tasks keep of one counter.
 * @modelOnly no reader of the kernel adds them up
 */
export function sumOfTasks(tasks: ReadonlyMap<Thread, TaskPart>, cell: number): number {
  let sum = 0;
  for (const { parts } of tasks.values()) sum += parts[cell];
  return sum;
}

/**
 * Moves what the task keeps to the words.
 * @kernel sync_mm_rss in mm/memory.c
 */
export function moveToWords(task: TaskPart, { words }: Cells): void {
  const { parts } = task;
  for (let cell = 0; cell < NR_MM_COUNTERS; cell++) {
    if (parts[cell] !== 0) addToWord(words, cell, parts[cell]);
  }
  parts.fill(0);
  task.events = 0;
}

/**
 * Counts one fault, and says whether it is time to sync.
 * @kernel check_sync_rss_stat in mm/memory.c
 */
export const isSyncDue = (task: TaskPart): boolean => task.events++ > TASK_RSS_EVENTS_THRESH;
