/**
 * The machine that a history runs on, and the names that the history gives to its tasks.
 *
 * It is made as the recording's `env` says. Files lie in the page cache before the first call, and
 * the first process has the page of code that SCHEMA.md subtracts everywhere.
 */
import { type Exchanges, type KernelName, MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import type { TaskStruct } from "@forkpath/fork";
import { createKernel, type Kernel, type KernelConfig } from "@forkpath/kernel";
import { type MmStruct, ThpMode } from "@forkpath/mm";
import type { History } from "@forkpath/recordings";
import { createFile, type RecordedFile } from "./files.ts";
import { HARD_LIMITS } from "./hard-limits.ts";
import { CODE_PAGE, HEAP_SLOT, slotStart } from "./places.ts";

/** A task of the history: a process, or a thread of one. */
export interface Subject {
  readonly name: string;
  readonly pid: number;
  /** The program that it has executed. */
  program?: string;
  /** It has executed a program and not begun to run it. */
  isFresh?: boolean;
}

export interface World {
  readonly kernel: Kernel;
  readonly files: ReadonlyMap<string, RecordedFile>;
  /** In order of birth; who was waited for is gone. */
  readonly subjects: Map<string, Subject>;
  /** Of all that were ever born. */
  readonly pids: Map<string, number>;
  /** Which frame each page showed at the last look, by slot. */
  readonly shown: WeakMap<MmStruct, Map<string, Float64Array>>;
}

/** Of a recording that does not say: more than any history needs. */
const RAM_PAGES = 2 ** 22;
const SWAP_PAGES = 65_535;

/**
 * @throws RangeError or TypeError for a history that asks for what cannot be
 */
export function createWorld(history: History, release: KernelName, rules: Exchanges = {}): World {
  const kernel = createKernel({ ...configOf(history, release), rules });
  const files = new Map<string, RecordedFile>();
  for (const text of history.files) {
    const file = createFile(kernel, text);
    files.set(file.name, file);
  }
  const world: World = {
    kernel,
    files,
    subjects: new Map(),
    pids: new Map(),
    shown: new WeakMap(),
  };
  addChild(world, "A", createFirst(kernel));
  return world;
}

function configOf({ env, machine, needs = "" }: History, kernel: KernelName): KernelConfig {
  const thp = Object.values(ThpMode).find((mode) => mode === env.thp) ?? ThpMode.NEVER;
  return {
    kernel,
    nrCpus: env.cpus,
    nrNodes: needs.split(" ").includes("numa") ? 2 : 1,
    memoryPages: machine?.ramPages ?? RAM_PAGES,
    transparentHugepage: thp,
    swap:
      env.swap === "none" ? [] : [{ pages: machine?.swapPages ?? SWAP_PAGES, isSynchronous: true }],
  };
}

/** A process with its page of code, a heap at R15, and no faults yet. */
function createFirst(kernel: Kernel): number {
  const pid = kernel.createProcess({ comm: "A", rlimits: HARD_LIMITS });
  const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;
  kernel.mmap(pid, { addr: CODE_PAGE, len: PAGE_SIZE, prot: Prot.READ | Prot.WRITE, flags });
  kernel.write(pid, CODE_PAGE);
  kernel.mprotect(pid, CODE_PAGE, PAGE_SIZE, Prot.READ | Prot.EXEC);
  const { layout } = mmOf(kernel, pid);
  layout.startBrk = slotStart(HEAP_SLOT);
  layout.brk = layout.startBrk;
  layout.startData = CODE_PAGE;
  layout.endData = CODE_PAGE + 1; // RLIMIT_DATA counts that byte with the heap
  const task = taskOf(kernel, pid);
  task.minFlt = 0;
  task.majFlt = 0;
  return pid;
}

/** @throws RangeError when there is no such task */
export function taskOf({ machine }: Kernel, pid: number): TaskStruct {
  const task = machine.fork.tasks.get(pid);
  if (task === undefined) throw new RangeError(`no task has the pid ${pid}`);
  return task;
}

/** @throws RangeError when the task has no memory */
export function mmOf(kernel: Kernel, pid: number): MmStruct {
  const { mm } = taskOf(kernel, pid);
  if (mm === null) throw new RangeError(`the task of pid ${pid} has no memory`);
  return mm;
}

/** Takes up who was born, and runs the program of its parent, unless the call has failed. */
export function addChild(world: World, name: string, pid: number, program?: string): void {
  if (pid <= 0) return;
  world.pids.set(name, pid);
  world.subjects.set(name, { name, pid, ...(program !== undefined && { program }) });
}
