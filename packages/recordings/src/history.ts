/**
 * A recorded history, as SCHEMA.md draws it: calls of named processes, and the whole state after
 * each. Counts are pages or kB, as each field says there.
 */

/** `[page, count, id]`: from `page` of the slot on, `count` pages show frames `id`, `id + 1` … */
export type FrameRun = readonly [page: number, count: number, id: number];
/** `[first, end, perms, VmFlags, has an anon_vma, Pss in kB]`, page numbers within the slot. */
export type RecordedVma = readonly [number, number, string, string, 0 | 1, number];
/** `[name, pages, perms, VmFlags, Rss in kB]` of an area that is in no slot. */
export type OtherArea = readonly [string, number, string, string, number];

/** One slot of 8 MiB where something is mapped. Texts are runs: `W*4 -*12`. */
export interface RegionState {
  /**
   * A letter for each page: `W` and `r` anonymous, `F` and `f` of a file, `z`, `s`, `g`, `H`, `-`.
   */
  readonly entries: string;
  /** For each page, how often its frame is mapped; 0 for the zero page. */
  readonly mapcount: string;
  /** For each page, the dirty bit of its entry. */
  readonly dirty: string;
  /** For each page, the accessed bit of its entry. */
  readonly young: string;
  /** Only if there is a huge page. */
  readonly huge?: string;
  /** Which frame each page shows; equal ids are the same frame. */
  readonly frames?: readonly FrameRun[];
  /** Pages that lie in another frame than before the call. */
  readonly newFrames?: readonly (readonly [page: number, count: number])[];
  /** Which swap slot each swapped page has, as `frames`. */
  readonly slots?: readonly FrameRun[];
  /** kB, those that are not 0. */
  readonly smaps: Readonly<Record<string, number>>;
  /** The areas of the slot, by address. */
  readonly vmas: readonly RecordedVma[];
}

/** A process or a thread: what /proc says of it, by the names of SCHEMA.md. */
export interface ProcessState {
  /** A zombie has ended, and nobody has waited for it yet. */
  readonly state: "running" | "zombie";
  /** By the name of the slot, such as `R3`; those where something is mapped. */
  readonly regions?: Readonly<Record<string, RegionState>>;
  /**
   * Pages of files, anonymous, swapped, of shared memory; the recorder's own page is among them.
   */
  readonly rssStat?: readonly number[];
  /** Areas that a program brings: its text, its data, its stack. */
  readonly other?: readonly OtherArea[];
  readonly [field: string]: unknown;
}

/** What was seen after one call. */
export interface RecordedState {
  /** `ok`, `none`, `nothing`, an errno name or a signal. */
  readonly result: string;
  /** Pages that a read or write had done before it failed. */
  readonly done?: number;
  /** Minor faults of the calling process in this call. */
  readonly minflt: number;
  /** Major faults of the calling process in this call. */
  readonly majflt: number;
  /** Of tasks: pages by which Committed_AS changed. */
  readonly committed?: number;
  /** What getrusage wrote, where the call was one; `maxrss` in kB. */
  readonly rusage?: Readonly<Record<"maxrss" | "minflt" | "majflt", number>>;
  /** By name, in order of birth; a process that was waited for is gone. */
  readonly procs: Readonly<Record<string, ProcessState>>;
  readonly [field: string]: unknown;
}

/** One line of a file. */
export interface History {
  /** Names the history; no two in a file share it. */
  readonly id: string;
  /** The rule that it shows, where it was made by hand. */
  readonly about?: string;
  /** As `uname -sr` says it. */
  readonly kernel: string;
  /** `swap`, `thp`, `hugetlb`, `ksm`, `numa`. */
  readonly needs?: string;
  /** The machine that it was recorded on. */
  readonly env: {
    /** Processors. */
    readonly cpus: number;
    /** Path of the swap device. */
    readonly swap: string;
    /** vm.page-cluster: 2 to this power pages are read ahead. */
    readonly pageCluster: number;
    /** Where transparent huge pages are made: `madvise`, `always`, `never`. */
    readonly thp: string;
    /** Whether the recorder could read page tables. */
    readonly pte: boolean;
  };
  /** True where it has threads, exec, limits and the like. */
  readonly tasks?: boolean;
  /** Memory of the machine, where limits depend on it. */
  readonly machine?: {
    /** Pages of RAM. */
    readonly ramPages: number;
    /** Pages of swap. */
    readonly swapPages: number;
  };
  /** `f0 tmpfs 64`: made before the first call. */
  readonly files: readonly string[];
  /** The calls, one line each: `A mmap R0 anon 64 rw`. */
  readonly history: readonly string[];
  /** The state after each call. */
  readonly after: readonly RecordedState[];
  /** What the first process had before the first call; it is subtracted everywhere. */
  readonly base: Readonly<Record<string, number>>;
}

/** A history, or what is wrong with the line. */
export type ParsedHistory =
  | {
      /** The line is a history. */
      readonly ok: true;
      /** The history that it is. */
      readonly history: History;
    }
  | {
      /** The line is none. */
      readonly ok: false;
      /** What is wrong, in one line. */
      readonly problem: string;
    };

const LISTS = ["files", "history", "after"] as const;

/**
 * Reads one line of a recording. Of a line that is none, it says in a few words why.
 * @example
 * ```ts
 * import { parseHistory } from "@forkpath/recordings";
 * const parsed = parseHistory('{ "id": "c01" }');
 * console.log(parsed.ok); // false
 * ```
 */
export function parseHistory(line: string): ParsedHistory {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, problem: "not JSON" };
  }
  const problem = problemOf(value);
  return problem === undefined ? { ok: true, history: value as History } : { ok: false, problem };
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "not an object";
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of ["id", "kernel"]) {
    if (typeof fields[name] !== "string") return `${name}: expected a text`;
  }
  for (const name of LISTS) {
    if (!Array.isArray(fields[name])) return `${name}: expected a list`;
  }
  if (typeof fields.env !== "object" || fields.env === null) return "env: expected an object";
  const { history, after } = value as History;
  if (!history.every((call) => typeof call === "string")) return "history: expected texts";
  return after.length === history.length ? undefined : "after: expected a state for each call";
}
