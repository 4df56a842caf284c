/**
 * Making one mapping of a process, of any kind.
 *
 * Each mapping gets addresses of its own, from a 2 MiB boundary on and with room before the next:
 * so it is an area by itself, and no other mapping shares its page tables.
 */
import { Errno, MapFlag, PAGE_SIZE, PMD_SIZE, PUD_SIZE, STACK_TOP_MAX } from "@forkpath/abi";
import type { MmapOptions } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import { isDriverKind, type MappingKind, type MappingSpec } from "../format/mapping.ts";
import { backingOf, openBacking } from "./backing.ts";
import { callOf, type PlannedCall } from "./call.ts";
import { callerPid, memoryOf } from "./who.ts";
import type { LiveProcess, World } from "./world.ts";

/** Where a process that ran no program has its heap. Bytes. */
export const HEAP_START = 0x10000000;
/** Where its stack ends. Bytes. */
export const STACK_END: number = STACK_TOP_MAX - (STACK_TOP_MAX % PMD_SIZE) - PMD_SIZE;

/** The call that makes a mapping, and what its answer says. */
export interface MappingPlan extends PlannedCall {
  /** @returns the address in bytes, or a negative errno */
  startOf(answer: number): number;
}

/** @throws CannotRun for a process without memory */
export function planMapping(
  world: World,
  process: LiveProcess,
  name: string,
  spec: MappingSpec,
): MappingPlan {
  if (spec.kind === "heap") return planHeap(world, process, spec);
  const pid = callerPid(world, process.name);
  const options: MmapOptions = {
    len: spec.sizePages * PAGE_SIZE,
    addr: spec.at ?? placeFor(world, process, spec),
    prot: spec.prot,
    flags: mapFlags(spec),
    pgoff: spec.offsetPages,
    ...openBacking(world, process, name, spec),
  };
  return { ...callOf(world.kernel, pid, "mmap", pid, options), startOf: (answer) => answer };
}

/** What planning it changes: where the next one will lie, and the file behind it. */
export function placesOf(
  world: World,
  process: string,
  name: string,
  spec: MappingSpec,
): readonly unknown[] {
  const owner = world.processes.get(process);
  const isLaidOut = spec.kind === "heap" || spec.kind === "stack";
  const place = isLaidOut ? owner?.task.mm?.layout : owner?.space;
  return [place, backingOf(world, process, name, spec)].filter((one) => one != null);
}

/** Where the heap ends, in bytes. Without an exec so far, it begins at HEAP_START. */
export function programBreak({ layout }: MmStruct): number {
  if (layout.startBrk === 0) {
    layout.startBrk = HEAP_START;
    layout.brk = HEAP_START;
  }
  return layout.brk;
}

/** brk answers with the heap's end, which is the old one if there was no memory. */
function planHeap(world: World, process: LiveProcess, spec: MappingSpec): MappingPlan {
  const pid = callerPid(world, process.name);
  const start = programBreak(memoryOf(world, process));
  const end = start + spec.sizePages * PAGE_SIZE;
  return {
    ...callOf(world.kernel, pid, "brk", pid, end),
    startOf: (answer) => (answer === end ? start : -Errno.ENOMEM),
  };
}

/** Stacks are placed from the top down, far apart; everything else from the bottom up. */
function placeFor(world: World, process: LiveProcess, spec: MappingSpec): number {
  const bytes = spec.sizePages * PAGE_SIZE;
  if (spec.kind === "stack") {
    const { layout } = memoryOf(world, process);
    const isFirst = layout.startStack === 0;
    layout.startStack = isFirst ? STACK_END : layout.startStack - PUD_SIZE;
    return layout.startStack - bytes;
  }
  const { space } = process;
  const start = space.nextAddr;
  space.nextAddr = nextAfter(start, bytes);
  return start;
}

/** Where the mapping begins that comes behind one without an address. Bytes. */
export const nextAfter = (start: number, bytes: number): number =>
  (Math.ceil((start + bytes) / PMD_SIZE) + 1) * PMD_SIZE;

const SHARED: ReadonlySet<MappingKind> = new Set(["shared-file", "shmem"]);
const ANONYMOUS: ReadonlySet<MappingKind> = new Set(["anon", "stack", "shmem"]);

function mapFlags(spec: MappingSpec): number {
  const { kind, file, isPrivate, noreserve, populate, at } = spec;
  const isShared = isDriverKind(kind) ? !isPrivate : SHARED.has(kind);
  return (
    (isShared ? MapFlag.SHARED : MapFlag.PRIVATE) |
    (ANONYMOUS.has(kind) && file === null ? MapFlag.ANONYMOUS : 0) |
    (kind === "stack" ? MapFlag.GROWSDOWN : 0) |
    (noreserve ? MapFlag.NORESERVE : 0) |
    (populate ? MapFlag.POPULATE : 0) |
    (at === null ? 0 : MapFlag.FIXED)
  );
}
