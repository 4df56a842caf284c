/**
 * What a run knows besides the kernel: names. A scenario says `worker1 heap 3`, the kernel has
 * pids, addresses and frames.
 */
import { PAGE_SIZE } from "@forkpath/abi";
import type { TaskStruct, WaitResult } from "@forkpath/fork";
import { createKernel, type Kernel, type KernelConfig } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import type { KernelEvent } from "@forkpath/sync";
import type { MachineSpec } from "../format/machine.ts";
import type { Place } from "../format/place.ts";
import { selectPages } from "../format/selection.ts";
import { CannotRun } from "./cannot-run.ts";
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

export interface LiveProcess {
  readonly name: string;
  readonly pid: number;
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

/** @throws CannotRun when there never was such a process */
export function findProcess({ processes }: World, name: string): LiveProcess {
  const found = processes.get(name);
  if (found === undefined) throw new CannotRun(`there is no process ${name}`);
  return found;
}

/** Its task; undefined once it was waited for. */
export const taskOf = ({ kernel }: World, { pid }: LiveProcess): TaskStruct | undefined =>
  kernel.machine.fork.tasks.get(pid);

/**
 * The pid of who is to make a call.
 * @throws CannotRun for who never was, has ended, or waits in another call
 */
export function callerPid(world: World, name: string): number {
  const { kernel } = world;
  const process = findProcess(world, name);
  const task = taskOf(world, process);
  if (task === undefined || task.state === "zombie" || task.state === "dead") {
    throw new CannotRun(`${name} has ended`);
  }
  const waits = kernel.machine.waiting.get(process.pid);
  if (waits !== undefined) throw new CannotRun(`${name} waits for ${waits.waitsFor.label}`);
  return process.pid;
}

/** @throws CannotRun for who has ended, and for kernel threads */
export function memoryOf(world: World, process: LiveProcess): MmStruct {
  const mm = taskOf(world, process)?.mm ?? null;
  if (mm === null) throw new CannotRun(`${process.name} has no memory`);
  return mm;
}

/** @throws CannotRun when the process has no mapping of that name */
export function findMapping({ name, space }: LiveProcess, mapping: string | null): LiveMapping {
  const found = mapping === null ? undefined : space.mappings.get(mapping);
  if (found === undefined) throw new CannotRun(`${name} has no mapping ${mapping}`);
  return found;
}

/** Bytes [start, start + len). */
export interface Range {
  readonly start: number;
  readonly len: number;
}

/**
 * Where a place is, in runs of pages that belong together.
 * @throws CannotRun when a name means nothing, or the mapping has no such page
 */
export function rangesOf(world: World, { process, mapping, pages }: Place): readonly Range[] {
  const { start, pages: total } = findMapping(findProcess(world, process), mapping);
  const runs = selectPages(pages, total);
  if (runs === undefined) {
    throw new CannotRun(`${process} ${mapping} has ${total} pages, counted from 0`);
  }
  return runs.map(({ first, count }) => ({
    start: start + first * PAGE_SIZE,
    len: count * PAGE_SIZE,
  }));
}

/** Addresses of single pages. */
export const pagesOf = (world: World, place: Place): readonly number[] =>
  rangesOf(world, place).flatMap(({ start, len }) =>
    Array.from({ length: len / PAGE_SIZE }, (_, page) => start + page * PAGE_SIZE),
  );
