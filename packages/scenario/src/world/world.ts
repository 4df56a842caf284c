/**
 * What a run knows besides the kernel: names. A scenario says `worker1 heap 3`, the kernel has
 * pids, addresses and frames.
 */
import type { KernelName } from "@forkpath/abi";
import type { TaskStruct, WaitResult } from "@forkpath/fork";
import { createKernel, type Kernel, type KernelConfig } from "@forkpath/kernel";
import type { MachineSpec } from "../format/machine.ts";
import type { PlannedCall } from "./call.ts";
import type { StepOutcome } from "./outcome.ts";

/**
 * Where a mapping was put. It may be gone since, or in pieces: the name stays for its addresses.
 */
export interface LiveMapping {
  /** Bytes. */
  start: number;
  /** Its length. */
  pages: number;
}

/** Names of the mappings of one address space; threads share it. */
export interface LiveSpace {
  /** By name. */
  readonly mappings: Map<string, LiveMapping>;
  /** Where the next mapping goes that has no address. Bytes. */
  nextAddr: number;
}

/** A name stands for a pid, as long as it is this task's. */
export interface LiveProcess {
  /** The name. */
  readonly name: string;
  /** The pid that it stands for. */
  readonly pid: number;
  /** The task that had the pid when it got its name. */
  readonly task: TaskStruct;
  /** Where its mappings lie; tasks that share memory share it. */
  space: LiveSpace;
}

/** How often the areas of a device were opened, by fork, and closed. */
export interface DeviceCalls {
  /** Areas that were opened. */
  opens: number;
  /** Areas that were closed. */
  closes: number;
}

/** What a step comes to on this machine: its calls, none of them made yet. */
export interface StepPlan {
  /** In the order in which they are made. */
  readonly calls: readonly PlannedCall[];
  /** The name that a child will have; null for a step that makes none. */
  readonly child: string | null;
  /** Brings names up to date. Requires the answers of all calls, up to the first that failed. */
  settle(answers: readonly unknown[]): StepOutcome;
  /** Whether an answer ends the step before its later calls. */
  isFailure(answer: unknown): boolean;
}

/** A step whose last call has not returned. */
export interface Unsettled {
  /** The step's calls. */
  readonly plan: StepPlan;
  /** The task that made that call. */
  readonly pid: number;
  /** Of all calls, up to that one. */
  readonly answers: readonly unknown[];
}

/** The state of a run: the machine, and what its names stand for. */
export interface World {
  /** The machine. */
  readonly kernel: Kernel;
  /** All processes and threads so far, by name; those that have ended are among them. */
  readonly processes: Map<string, LiveProcess>;
  /** By path. */
  readonly devices: Map<string, DeviceCalls>;
  /** What wait said of the children that were waited for, by name. */
  readonly reaped: Map<string, WaitResult>;
  /** Steps whose caller still waits inside the kernel. */
  readonly unsettled: Unsettled[];
  /** A race that paused, and how it goes on. */
  paused: (() => StepOutcome) | null;
  /** How often each thing has happened that an expectation counts. */
  readonly counted: Map<object, number>;
  /** What was there when the step began that runs, or was the last; by what took the look. */
  readonly remembered: Map<object, unknown>;
}

/** Above where a program of its own would lie, and below where mmap looks by itself. */
export const FIRST_MAPPING = 0x1000000000;

/** @param between puts another kernel between the scenario and the machine */
export function createWorld(
  { needResched, ...config }: MachineSpec,
  between: (kernel: Kernel) => Kernel = (kernel) => kernel,
): World {
  const kernel = between(createKernel(config satisfies KernelConfig));
  if (needResched === "always") kernel.machine.mm.sync.needResched = () => true;
  return {
    kernel,
    processes: new Map(),
    devices: new Map(),
    reaped: new Map(),
    unsettled: [],
    paused: null,
    counted: new Map(),
    remembered: new Map(),
  };
}

/** The release that the machine runs. */
export const kernelOf = ({ kernel }: World): KernelName => kernel.machine.config.kernel;

export const createAddressSpace = (): LiveSpace => ({
  mappings: new Map(),
  nextAddr: FIRST_MAPPING,
});

/** What a child starts with: the same names at the same addresses. */
export function copyAddressSpace({ mappings, nextAddr }: LiveSpace): LiveSpace {
  const copies = new Map<string, LiveMapping>();
  for (const [name, { start, pages }] of mappings) copies.set(name, { start, pages });
  return { mappings: copies, nextAddr };
}
