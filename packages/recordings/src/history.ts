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
  readonly entries: string;
  readonly mapcount: string;
  readonly dirty: string;
  readonly young: string;
  /** Only if there is a huge page. */
  readonly huge?: string;
  readonly frames?: readonly FrameRun[];
  readonly newFrames?: readonly (readonly [page: number, count: number])[];
  readonly slots?: readonly FrameRun[];
  /** kB, those that are not 0. */
  readonly smaps: Readonly<Record<string, number>>;
  readonly vmas: readonly RecordedVma[];
}

/** A process or a thread: what /proc says of it, by the names of SCHEMA.md. */
export interface ProcessState {
  readonly state: "running" | "zombie";
  readonly regions?: Readonly<Record<string, RegionState>>;
  readonly rssStat?: readonly number[];
  readonly other?: readonly OtherArea[];
  readonly [field: string]: unknown;
}

/** What was seen after one call. */
export interface RecordedState {
  /** `ok`, `none`, `nothing`, an errno name or a signal. */
  readonly result: string;
  /** Pages that a read or write had done before it failed. */
  readonly done?: number;
  readonly minflt: number;
  readonly majflt: number;
  /** Of tasks: pages by which Committed_AS changed. */
  readonly committed?: number;
  readonly rusage?: Readonly<Record<"maxrss" | "minflt" | "majflt", number>>;
  readonly procs: Readonly<Record<string, ProcessState>>;
  readonly [field: string]: unknown;
}

export interface History {
  readonly id: string;
  readonly about?: string;
  /** As `uname -sr` says it. */
  readonly kernel: string;
  /** `swap`, `thp`, `hugetlb`, `ksm`, `numa`. */
  readonly needs?: string;
  readonly env: {
    readonly cpus: number;
    readonly swap: string;
    readonly pageCluster: number;
    readonly thp: string;
    readonly pte: boolean;
  };
  readonly tasks?: boolean;
  readonly machine?: { readonly ramPages: number; readonly swapPages: number };
  /** `f0 tmpfs 64`: made before the first call. */
  readonly files: readonly string[];
  readonly history: readonly string[];
  readonly after: readonly RecordedState[];
  readonly base: Readonly<Record<string, number>>;
}

export type ParsedHistory =
  | { readonly ok: true; readonly history: History }
  | { readonly ok: false; readonly problem: string };

const LISTS = ["files", "history", "after"] as const;

/**
 * Reads one line of a recording. Of a line that is none, it says in a few words why.
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
