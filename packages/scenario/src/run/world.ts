/**
 * What a run knows besides the kernel: names. A scenario says `worker1 heap 3`, the kernel has
 * pids, addresses and frames.
 */

import type { KernelEvent } from "@forkpath/events";
import type { TaskStruct, WaitResult } from "@forkpath/fork";
import { createKernel, type Kernel, type KernelConfig } from "@forkpath/kernel";
import type { MachineSpec } from "../format/machine.ts";
import type { Unsettled } from "./act.ts";
import type { Outcome } from "./outcome.ts";

/** Where a mapping was put. It may be gone since, or in pieces: the name stays for its addresses. */
export interface LiveMapping {
  /** Bytes. */
  start: number;
  pages: number;
}

/** Names of the mappings of one address space; threads share it. */
export interface AddressSpace {
  readonly mappings: Map<string, LiveMapping>;
  /** Where the next mapping goes that has no address. Bytes. */
  nextAddr: number;
}

/** A name stands for a pid, as long as it is this task's. */
export interface LiveProcess {
  readonly name: string;
  readonly pid: number;
  /** Who had the pid when it got its name. */
  readonly task: TaskStruct;
  space: AddressSpace;
}

/** How often the areas of a device were opened, by fork, and closed. */
interface DeviceCalls {
  opens: number;
  closes: number;
}

export interface World {
  readonly kernel: Kernel;
  /** Frames that nobody had taken when the machine was up. */
  readonly freeAtBoot: number;
  /** Everyone who ever was, by name. */
  readonly processes: Map<string, LiveProcess>;
  /** By path. */
  readonly devices: Map<string, DeviceCalls>;
  /** What wait said of those who were waited for, by name. */
  readonly reaped: Map<string, WaitResult>;
  /** What those do who wait. */
  readonly unsettled: Unsettled[];
  /** A race that paused, and how it goes on. */
  paused: (() => Outcome) | null;
  /** What the kernel did in the step that runs, if somebody asks for events. */
  readonly events: KernelEvent[];
}

/** Above where a program of its own would lie, and below where mmap looks by itself. */
const FIRST_MAPPING = 0x1000000000;

export function createWorld({ needResched, ...config }: MachineSpec): World {
  const kernel = createKernel(config satisfies KernelConfig);
  if (needResched === "always") kernel.machine.mm.sync.needResched = () => true;
  return {
    kernel,
    freeAtBoot: kernel.totals().freePages,
    processes: new Map(),
    devices: new Map(),
    reaped: new Map(),
    unsettled: [],
    paused: null,
    events: [],
  };
}

export const createAddressSpace = (): AddressSpace => ({
  mappings: new Map(),
  nextAddr: FIRST_MAPPING,
});

/** What a child starts with: the same names at the same addresses. */
export const copyAddressSpace = ({ mappings, nextAddr }: AddressSpace): AddressSpace => ({
  mappings: new Map([...mappings].map(([name, mapping]) => [name, { ...mapping }])),
  nextAddr,
});
