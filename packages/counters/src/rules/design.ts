/**
 * How a kernel keeps the page counters of an mm, and what a reader gets (SPEC §12.1, M2, M3, M6).
 *
 *    since    a word is         beside it                      status reads   below zero reads as
 *    el6      atomic if split   nothing                        the word       2^64 less
 *    v3.10    atomic            64 events of each task         the word       0
 *    v6.12    atomic            a part of each CPU, under 32   the word       0
 *    v6.18    atomic            a part of each CPU, under 32   all of it      0
 *
 * The peaks are fed from the word alone, in every design.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";

/** How one release keeps the counters. */
export interface CounterDesign {
  /** Of file, anon, swap and shmem, as the release calls them. */
  readonly names: readonly [string, string, string, string];
  /** 3 without a counter for shmem: its pages are file pages then. */
  readonly members: 3 | 4;
  /** Whether an add is one step, in a build with split table locks and in one without. */
  readonly isAtomic: (split: boolean) => boolean;
  /** What waits beside the word until there is enough of it. */
  readonly parts: "none" | "tasks" | "cpus";
  /** What status and statm add to the word: the parts of all CPUs, or nothing. */
  readonly shown: "word" | "sum";
  /** How a value below zero reads. @kernel get_mm_counter */
  readonly read: (value: bigint) => bigint;
}

/** @kernel MM_FILEPAGES to MM_SHMEMPAGES in include/linux/mm_types_task.h */
const NAMES = ["MM_FILEPAGES", "MM_ANONPAGES", "MM_SWAPENTS", "MM_SHMEMPAGES"] as const;

const always = (): boolean => true;
const asUnsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const atLeastZero = (value: bigint): bigint => {
  const signed = BigInt.asIntN(64, value);
  return signed < 0n ? 0n : signed;
};

const WORDS: CounterDesign = {
  names: ["_file_rss", "_anon_rss", "_swap_usage", "_shmem_rss"],
  members: 3,
  isAtomic: (split) => split,
  parts: "none",
  shown: "word",
  read: asUnsigned,
};
const CACHED: CounterDesign = {
  names: NAMES,
  members: 4,
  isAtomic: always,
  parts: "tasks",
  shown: "word",
  read: atLeastZero,
};
const PERCPU: CounterDesign = { ...CACHED, parts: "cpus" };
const PERCPU_SUM: CounterDesign = { ...PERCPU, shown: "sum" };

export const design: Rule<CounterDesign> = {
  decides: "how the page counters of an address space are kept and read",
  answers: [
    { since: "el6", does: "a word each, read as it is", by: WORDS, source: "SPEC §1.2" },
    {
      since: "v3.10",
      does: "each task keeps up to 64 events to itself",
      by: CACHED,
      source: "M6.1",
      first: "2.6.34",
    },
    {
      since: "v6.12",
      does: "each CPU keeps a part to itself",
      by: PERCPU,
      source: "M2",
      first: "6.2",
    },
    {
      since: "v6.18",
      does: "each CPU keeps a part to itself; status and statm add them up",
      by: PERCPU_SUM,
      source: "M3/2",
      first: "6.16 or 6.17",
    },
  ],
  read: [...M26_COLUMNS, "v5.4", "v5.10", "v5.19"],
};
