/**
 * Times fork: a parent of touched anonymous memory, the whole system call, and the child's exit.
 *
 *    frames seq     page n of the parent lies in frame n + a constant
 *    frames perm    it lies in any frame: each step of the copy misses the cache
 *
 * From the second run on the parent's entries are write-protected already; the copy stores each of
 * them all the same, so a run costs what the first one does. Forks of a small parent on a machine
 * of its own come first, so that the compiler has seen the code before anything is timed.
 */
import { type KernelName, PAGE_SIZE } from "@forkpath/abi";
import { createKernel, type Kernel, Overcommit } from "@forkpath/kernel";
import { modelBytes } from "@forkpath/kernel/internal";
import { createTraceRing, EventClass } from "@forkpath/trace";
import type { Work } from "../work/run-work.ts";
import { shuffled } from "./shuffled.ts";

export interface BenchForkOptions {
  /** Parent's memory. */
  readonly mib: number;
  readonly frames: "seq" | "perm";
  readonly runs: number;
  /** A lock for each page table, or one for all. */
  readonly split: boolean;
  /** Records calls, locks, allocations and counters: some events a table, none an entry. */
  readonly trace: boolean;
  /** Machines of these releases live and fork in the same process, before and between the runs. */
  readonly beside: readonly KernelName[];
}

export interface BenchForkResult extends BenchForkOptions {
  /** Entries that one fork copies. */
  readonly ptes: number;
  readonly nsPerPteBest: number;
  readonly nsPerPteMedian: number;
  /** The child's exit, until its parent has reaped it. */
  readonly exitNsPerPteBest: number;
  /** Bytes of struct pages and of tables in use, by the parent's pages; both processes together. */
  readonly bytesPerPage: number;
}

const PAGES_PER_MIB = 256;
/** Frames that are not the parent's: the zero page, and some to spare. */
const SPARE_FRAMES = 64;
const NR_CPUS = 4;

const RING_EVENTS = 65_536;
const PER_TABLE: number =
  EventClass.CALL | EventClass.LOCK | EventClass.ALLOC | EventClass.MM | EventClass.TASK;

/** The parent that is forked before anything is timed, and that of each machine beside: MiB. */
const SMALL = 8;
/**
 * Forks of it. Code that runs once a table is compiled to the last degree after some ten thousand
 * tables; where few are timed, fewer come first.
 */
const WARM_UP_FORKS = { most: 3000, perTimed: 32 };
/** Forks of each machine beside, before anything is timed. */
const BESIDE_FORKS = 1000;

/**
 * Yields how many forks of those asked for have been timed.
 * @throws Error when a fork fails, which on an idle machine it does not
 */
export function* benchingFork(options: BenchForkOptions): Work<BenchForkResult> {
  const { mib, runs } = options;
  const forks = Math.min(
    WARM_UP_FORKS.most,
    Math.ceil((WARM_UP_FORKS.perTimed * mib * runs) / SMALL),
  );
  const small = { mib: SMALL, frames: "seq", runs: forks, beside: [] } as const;
  const warmUp = timingForks({ ...options, ...small }, []);
  while (!warmUp.next(false).done);
  const others = options.beside.map(createOther);
  for (let round = 0; round < BESIDE_FORKS; round++) for (const fork of others) fork();
  return yield* timingForks(options, others);
}

/** A machine of another release, with a small parent. @returns forks it, and reaps the child */
function createOther(release: KernelName): () => void {
  const pages = SMALL * PAGES_PER_MIB;
  const kernel = createKernel({ kernel: release, memoryPages: 4 * pages, nrCpus: NR_CPUS });
  const parent = kernel.createProcess({ comm: "other" });
  touchAll(kernel, parent, pages, "seq");
  return () => {
    const child = kernel.fork(parent);
    if (child < 0) throw new Error(`fork on ${release} answered ${child}`);
    kernel.exit(child);
    kernel.wait(parent);
  };
}

/** Forks once at least: one that is told to stop has something to tell. */
function* timingForks(
  options: BenchForkOptions,
  others: readonly (() => void)[],
): Work<BenchForkResult> {
  const ptes = options.mib * PAGES_PER_MIB;
  const kernel = createKernel({
    memoryPages: ptes + SPARE_FRAMES,
    nrCpus: NR_CPUS,
    splitPtlockCpus: options.split ? NR_CPUS : NR_CPUS + 1,
    overcommit: { mode: Overcommit.ALWAYS },
  });
  const parent = kernel.createProcess({ comm: "bench" });
  touchAll(kernel, parent, ptes, options.frames);
  if (options.trace) kernel.attach(createTraceRing({ capacity: RING_EVENTS, wants: PER_TABLE }));
  const forks: number[] = [];
  const exits: number[] = [];
  let bytes = 0;
  for (let run = 0; run < options.runs; run++) {
    for (const fork of others) fork();
    const forking = performance.now();
    const child = kernel.fork(parent);
    forks.push(performance.now() - forking);
    if (child < 0) throw new Error(`fork answered ${child}`);
    bytes = modelBytes(kernel);
    const exiting = performance.now();
    kernel.exit(child);
    kernel.wait(parent);
    exits.push(performance.now() - exiting);
    if (yield run + 1) break;
  }
  return {
    ...options,
    runs: forks.length,
    ptes,
    nsPerPteBest: nsPer(ptes, Math.min(...forks)),
    nsPerPteMedian: nsPer(ptes, median(forks)),
    exitNsPerPteBest: nsPer(ptes, Math.min(...exits)),
    bytesPerPage: rounded(bytes / ptes),
  };
}

/** The allocator hands out ascending frames, so the order of touching is the order of frames. */
function touchAll(kernel: Kernel, pid: number, pages: number, frames: "seq" | "perm"): void {
  const start = kernel.mmap(pid, { len: pages * PAGE_SIZE });
  if (frames === "seq") {
    kernel.write(pid, start, pages * PAGE_SIZE);
  } else {
    for (const page of shuffled(pages)) kernel.write(pid, start + page * PAGE_SIZE);
  }
}

/** Milliseconds a run to nanoseconds an entry. */
const nsPer = (ptes: number, ms: number): number => rounded((ms * 1e6) / ptes);

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The upper one of two middle values. */
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
