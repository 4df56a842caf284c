/**
 * One assembled machine, and everything that can be done to it.
 *
 *    kernel.fork(pid)           a call, run to its end by that task
 *    kernel.threads.fork(pid)   the same as a thread, for a scheduler to step through
 *    kernel.process(pid)        what can be seen: tasks, entries, frames, slots, totals
 *    kernel.check()             what is kept twice, recounted
 *
 * Calls answer what Linux would: 0, a number, or a negative errno. Asking for a task that is not
 * there is misuse, and throws.
 */
import type { Pfn } from "@forkpath/abi";
import { attachSink, type EventSink } from "@forkpath/events";
import { type OpenFile, sysSwapon } from "@forkpath/mm";
import { lruAddDrainAll } from "@forkpath/mm/internal";
import { failNth, type KernelThread, type Mismatch, type Refusal } from "@forkpath/sync";
import { type AccessCalls, accessCalls, unpinAll } from "./access-calls.ts";
import { type Finished, finishKernelCalls, finishTaskCalls, finishTaskQueries } from "./call.ts";
import { createRecount } from "./check.ts";
import { type ForkCheck, watchFork } from "./check-fork.ts";
import type { KernelConfig, SwapConfig } from "./config.ts";
import { type EntryView, entryLetters, entryView, entryViews } from "./entry-view.ts";
import {
  closeFile,
  dropCaches,
  type FileCalls,
  fileCalls,
  type OpenOptions,
  openFile,
} from "./file-calls.ts";
import { type KernelCalls, kernelCalls } from "./kernel-calls.ts";
import { createMachine, liveMm, type Machine, refusalOf } from "./machine.ts";
import { type MemoryCalls, memoryCalls } from "./memory-calls.ts";
import { findFrame, type PageView, pageView, type SlotView, slotView } from "./page-view.ts";
import {
  type ProcessCalls,
  type ProcessQueries,
  processCalls,
  processQueries,
} from "./process-calls.ts";
import { type ProcessView, processView } from "./process-view.ts";
import { type AreaView, areaViews } from "./smaps.ts";
import { type AddressSpaceView, addressSpaces, mmOf, type Whose } from "./space-view.ts";
import { type TableView, tableViews } from "./table-view.ts";
import {
  killTask,
  killTaskSteps,
  type NewProcess,
  newKernelThread,
  newProcess,
  resetPeak,
  setCoreDump,
  setCpu,
  setSignalPending,
} from "./task-control.ts";
import { type MachineTotals, machineTotals } from "./totals.ts";
import { type Mapper, mappers, slotOwners } from "./users-view.ts";

/** Calls of a task: the first argument is the pid of the caller. */
export type TaskCalls = MemoryCalls & AccessCalls & FileCalls & ProcessCalls;

/** Every call as a thread, not yet begun. Who steps through one sets `machine.mm.sync.current`. */
export type Threads = TaskCalls & ProcessQueries & KernelCalls;

/** What is neither a call of a task nor a view. */
export interface MachineControl {
  /**
   * A process with an empty address space. @returns its pid, or -ENOMEM
   * @example
   * ```ts
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * console.log(kernel.createProcess({ comm: "redis" })); // 2
   * ```
   */
  createProcess(options?: NewProcess): number;
  /** A task of the kernel, without memory. @returns its pid, or -ENOMEM */
  createKernelThread(comm?: string): number;
  /** Ends a process. @returns false if it has to wait first */
  kill(pid: number, signal?: number): boolean;
  /** The same as a thread, not yet begun. */
  killSteps(pid: number, signal?: number): KernelThread<boolean>;
  /** A signal with a handler is pending, or no longer. */
  setSignalPending(pid: number, isPending: boolean): void;
  /** The task runs on that CPU from now on: each has counter parts and LRU batches of its own. */
  setCpu(pid: number, cpu: number): void;
  /** Writes 5 to /proc/PID/clear_refs: VmHWM begins anew. @returns 0 or -EINVAL */
  resetPeak(pid: number): number;
  /** The address space of the task is being written to a core file, or no longer. */
  setCoreDump(pid: number, isRunning: boolean): void;
  /** Opens a file, which is made if it is new. */
  openFile(path: string, options?: OpenOptions): OpenFile;
  /** Closes it: what nobody else has open or maps is gone, if it is shared memory. */
  closeFile(path: string): void;
  /** Empties the page cache of what nobody maps. @returns how many pages left it */
  dropCaches(): number;
  /** Adds a swap area. @returns its type */
  swapon(area: SwapConfig): number;
  /** Every CPU moves the pages that wait for their LRU list. @kernel lru_add_drain_all */
  drainLru(): void;
  /** Gives back every reference that `pin` took. */
  unpinAll(): void;
  /**
   * Lets the n-th request for memory from now fail; 0 is the next one.
   * @example
   * ```ts
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * const pid = kernel.createProcess();
   * kernel.failAllocation(); // the next one
   * console.log(kernel.fork(pid), kernel.refusal(pid)?.kind); // -12 allocation
   * ```
   */
  failAllocation(n?: number): void;
  /**
   * Sends events to `sink`; null stops that.
   * @example
   * ```ts
   * import { EventClass } from "@forkpath/events";
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * const pid = kernel.createProcess();
   * const calls: string[] = [];
   * kernel.attach({
   *   wants: EventClass.CALL,
   *   emit: (event) => void (event.kind === "call" && calls.push(event.fn)),
   * });
   * kernel.fork(pid);
   * console.log(calls[0]); // do_fork
   * ```
   */
  attach(sink: EventSink | null): void;
}

/** Looks that change nothing. */
export interface Views {
  /**
   * The task as /proc shows it.
   * @example
   * ```ts
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * const pid = kernel.createProcess({ comm: "redis" });
   * console.log(kernel.process(pid).comm, kernel.process(pid).state); // redis running
   * ```
   */
  process(pid: number): ProcessView;
  /** True while a call of the task waits for somebody else. */
  isBlocked(pid: number): boolean;
  /** What a call answered that had to wait; undefined before it returns. */
  returned(pid: number): unknown;
  /**
   * Why the last call of the task, or by default of the kernel itself, was refused what it asked
   * for; null where it was refused nothing. A call may go on after that, and even succeed.
   */
  refusal(pid?: number): Refusal | null;
  /** The entry that maps `addr`, none included. */
  entry(pid: number, addr: number): EntryView;
  /** Every entry of the task's page tables that is not none, by address. */
  entries(pid: number): EntryView[];
  /**
   * A letter for each of `pages` entries from `addr` on: see EntryLetter.
   * @example
   * ```ts
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * const pid = kernel.createProcess();
   * const heap = kernel.mmap(pid, { len: 4 * 4096 });
   * kernel.touch(pid, heap, "W r - W");
   * console.log(kernel.letters(pid, heap, 4)); // W z - W
   * ```
   */
  letters(pid: number, addr: number, pages: number): string;
  /** Every area of the task, with what smaps adds up and its page map. */
  areas(whose: Whose): AreaView[];
  /** Every table that has an entry, as columns; huge pages stand in tables of their own. */
  tables(whose: Whose): TableView[];
  /** Every address space, also one that fork or exec is still making. */
  addressSpaces(): AddressSpaceView[];
  /** The frame that is mapped at `addr`. */
  frame(pid: number, addr: number): Pfn | undefined;
  /** A frame, used or free. */
  page(pfn: number): PageView;
  /** Which entries map the frame. Walks over all tables of the machine. */
  mappers(pfn: number): Mapper[];
  /** A swap slot, used or free. */
  slot(type: number, offset: number): SlotView;
  /** Which entries stand for the slot. Walks over all tables of the machine. */
  slotOwners(type: number, offset: number): Mapper[];
  /** What is used up, over the whole machine. */
  totals(): MachineTotals;
  /**
   * Recounts everything that is kept twice: one line for each mismatch.
   * @example
   * ```ts
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * kernel.fork(kernel.createProcess());
   * console.log(kernel.check().length); // 0
   * ```
   */
  check(): readonly Mismatch[];
  /** To be called before a fork of `pid`, and its answer after it. */
  watchFork(pid: number): ForkCheck;
}

/**
 * A machine with everything that can be done to it. Calls are run to their ends; one that has to
 * wait answers BLOCKED, and goes on when it can.
 */
export interface Kernel
  extends Finished<TaskCalls>,
    Finished<ProcessQueries>,
    Finished<KernelCalls>,
    MachineControl,
    Views {
  /** The parts of the machine, for who has to look deeper. */
  readonly machine: Machine;
  /** The same calls as threads, for a scheduler to step through. */
  readonly threads: Threads;
}

/**
 * Boots a machine.
 * @throws RangeError or TypeError that names the key of `config` that is wrong
 * @modelOnly puts the packages together
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * const kernel = createKernel({ kernel: "v6.18", memoryPages: 1024 });
 * console.log(kernel.totals().tasks); // 1
 * ```
 */
export function createKernel(config: KernelConfig = {}): Kernel {
  const machine = createMachine(config);
  const ofTask: TaskCalls = {
    ...memoryCalls(machine),
    ...accessCalls(machine),
    ...fileCalls(machine),
    ...processCalls(machine),
  };
  const queries = processQueries(machine);
  const ofKernel = kernelCalls(machine);
  return {
    machine,
    // Frozen, as configuration and rules are: going back to an earlier state passes over them.
    threads: Object.freeze({ ...ofTask, ...queries, ...ofKernel }),
    ...finishTaskCalls(machine, ofTask),
    ...finishTaskQueries(machine, queries),
    ...finishKernelCalls(machine, ofKernel),
    ...machineControl(machine),
    ...views(machine),
  };
}

const machineControl = (machine: Machine): MachineControl => ({
  createProcess: (options) => newProcess(machine, options),
  createKernelThread: (comm) => newKernelThread(machine, comm),
  kill: (pid, signal) => killTask(machine, pid, signal),
  killSteps: (pid, signal) => killTaskSteps(machine, pid, signal),
  setSignalPending: (pid, isPending) => setSignalPending(machine, pid, isPending),
  setCpu: (pid, cpu) => setCpu(machine, pid, cpu),
  resetPeak: (pid) => resetPeak(machine, pid),
  setCoreDump: (pid, isRunning) => setCoreDump(machine, pid, isRunning),
  openFile: (path, options) => openFile(machine, path, options),
  closeFile: (path) => closeFile(machine, path),
  dropCaches: () => dropCaches(machine),
  swapon: ({ pages, ...how }) => sysSwapon(machine.mm, { ...how, max: pages + 1 }),
  drainLru: () => lruAddDrainAll(machine.mm),
  unpinAll: () => unpinAll(machine),
  failAllocation: (n = 0) => failNth(machine.mm.sync.gate, n),
  attach: (sink) => attachSink(machine.mm.sync, sink),
});

function views(machine: Machine): Views {
  const { mm: env, waiting, returned } = machine;
  return {
    process: (pid) => processView(machine, pid),
    isBlocked: (pid) => waiting.has(pid),
    returned: (pid) => returned.get(pid),
    refusal: (pid) => refusalOf(machine, pid),
    entry: (pid, addr) => entryView(env, liveMm(machine, "entry", pid), addr),
    entries: (pid) => entryViews(env, liveMm(machine, "entries", pid)),
    letters: (pid, addr, pages) => entryLetters(env, liveMm(machine, "letters", pid), addr, pages),
    areas: (whose) => areaViews(machine, mmOf(machine, "areas", whose)),
    tables: (whose) => tableViews(env, mmOf(machine, "tables", whose)),
    addressSpaces: () => addressSpaces(machine),
    frame: (pid, addr) => findFrame(env, liveMm(machine, "frame", pid), addr),
    page: (pfn) => pageView(env, pfn),
    mappers: (pfn) => mappers(machine, pfn),
    slot: (type, offset) => slotView(env, type, offset),
    slotOwners: (type, offset) => slotOwners(machine, type, offset),
    totals: () => machineTotals(machine),
    check: createRecount(machine),
    watchFork: (pid) => watchFork(machine, pid),
  };
}
