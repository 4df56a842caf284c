/**
 * What is to be seen of a history at one moment, on either side: the model and the running kernel
 * are looked at in the same words, so that one can be held against the other.
 */

import { MEMORY_LINES, type MemoryLine, SMAPS_LINES, type SmapsLine } from "@forkpath/procfs";

/** How much the running kernel lets us see. */
export interface Sight {
  /** Frames, mapcounts and kinds of pages: for root. */
  readonly hasFrames: boolean;
  /** Whether entries are writable and dirty: where page tables can be read. */
  readonly hasEntries: boolean;
  /** Whether the counters of status are exact. */
  readonly isStatusExact: boolean;
  /** Whether nothing is read from swap ahead of its time: else a fault may find its page there. */
  readonly tellsMajorFaults: boolean;
}

/** One array a field, and one cell a page. */
export interface Pages {
  /** Character codes: see `letterOf` in either look. */
  readonly letters: Uint8Array;
  /** 1 where the entry is dirty, else 0; all 0 where that cannot be seen. */
  readonly dirty: Uint8Array;
  /** Entries that map the page; without frames, 1 where it is mapped once, and 0 otherwise. */
  readonly mapcounts: Float64Array;
  /** A number for the frame, or for the slot in swap (below 0); 0 for neither. */
  readonly frames: Float64Array;
}

export interface Area {
  /** Bytes, half-open. */
  readonly start: number;
  readonly end: number;
  /** `rw-p` */
  readonly perms: string;
  /** VmFlags as smaps has them. */
  readonly flags: string;
  /** kB, by the names of smaps. */
  readonly sums: Readonly<Record<string, number>>;
  /** Null for an area that is too large to be looked at page by page. */
  readonly pages: Pages | null;
}

interface Memory {
  /** kB, by the names of status. */
  readonly status: Readonly<Record<string, number>>;
  readonly areas: readonly Area[];
}

export interface Look {
  readonly name: string;
  readonly state: "running" | "zombie" | "waiting" | "gone";
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** Null for a task that has none, or shares that of a task before it. */
  readonly memory: Memory | null;
}

/** One moment on both sides; tasks come in the same order. */
export interface Moment {
  readonly model: readonly Look[];
  readonly kernel: readonly Look[];
}

const NOT_COMPARED: readonly MemoryLine[] = ["VmPin", "VmExe", "VmLib", "VmPMD", "HugetlbPages"];
/** The lines of status that are compared. */
export const STATUS_FIELDS: readonly MemoryLine[] = MEMORY_LINES.filter(
  (line) => !NOT_COMPARED.includes(line),
);

/** Before 6.2 each task kept some of these counts to itself. */
export const INEXACT_FIELDS: ReadonlySet<string> = new Set([
  "VmHWM",
  "VmRSS",
  "RssAnon",
  "RssFile",
  "RssShmem",
  "VmSwap",
]);

/**
 * The sums of smaps that are compared. Referenced is not: whatever samples memory on the machine,
 * such as DAMON, clears the bits that it adds up.
 */
export const SUM_FIELDS: readonly Exclude<SmapsLine, "Referenced">[] = SMAPS_LINES.filter(
  (line) => line !== "Referenced",
);

/** An area of more is not looked at page by page: 16 GiB. */
export const MOST_PAGES: number = 2 ** 22;

export const createPages = (count: number): Pages => ({
  letters: new Uint8Array(count).fill(NO_ENTRY),
  dirty: new Uint8Array(count),
  mapcounts: new Float64Array(count),
  frames: new Float64Array(count),
});

export const NO_ENTRY: number = "-".charCodeAt(0);

/** What every subject has besides what the history gives it: a page of code. */
export const CODE_PAGE = 0x7000_0000_0000;
/** Where the code of a program lies that was executed. */
export const PROGRAM_CODE = 0x400000;
/** Where user space ends. Above it smaps shows one area that no process has by itself. */
export const USER_END: number = 2 ** 47;

/** Less what the page of code adds, as it was at the process's birth. */
export const lessBase = (
  status: Readonly<Record<string, number>>,
  base: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(STATUS_FIELDS.map((name) => [name, (status[name] ?? 0) - (base[name] ?? 0)]));
