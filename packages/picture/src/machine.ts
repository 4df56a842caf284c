/**
 * A whole machine at one moment: its totals, and every task with its memory. Page maps are runs, so
 * that gigabytes are as easy to look at as pages.
 */
import { PAGE_SIZE } from "@forkpath/abi";
import type {
  AddressSpaceView,
  AreaView,
  Kernel,
  LetterRun,
  MachineTotals,
  MemoryStatus,
  MemoryView,
  RssView,
  SmapsSums,
} from "@forkpath/kernel";
import { SMAPS_LINES } from "@forkpath/kernel";
import { memoryName, permissionsOf } from "./area-words.ts";

/** A task to look at, by the name that it has for people. */
export interface NamedTask {
  /** The name. */
  readonly name: string;
  /** The pid that it stands for, or stood for. */
  readonly pid: number;
  /** A task that is `gone` is not looked up: another one may have its pid. */
  readonly state: string;
  /** What its memory is called. */
  readonly mappings: readonly NamedRange[];
}

/** Pages that have a name for people. */
export interface NamedRange {
  /** The name. */
  readonly name: string;
  /** Bytes. */
  readonly start: number;
  /** Its length. */
  readonly pages: number;
}

/** All of it at one moment. */
export interface MachinePicture {
  /** Sums over the machine. */
  readonly totals: MachineTotals;
  /** The tasks that were asked for, in that order. */
  readonly tasks: readonly TaskPicture[];
}

/** One task. */
export interface TaskPicture {
  /** The name that it was asked for by. */
  readonly name: string;
  /** The pid that it was asked for by. */
  readonly pid: number;
  /** Running, waiting, ended: in the words of NamedTask. */
  readonly state: string;
  /** Null once it is gone. */
  readonly tgid: number | null;
  /** Pid of its parent; null once it is gone. */
  readonly ppid: number | null;
  /** Since its birth; null once it is gone. */
  readonly minorFaults: number | null;
  /** Since its birth; null once it is gone. */
  readonly majorFaults: number | null;
  /** Null for kernel threads, zombies and what is gone. */
  readonly memory: MemoryPicture | null;
}

/** kB by line of /proc/PID/status, signed: of a counter below zero, /proc shows 2^64 more. */
export type SignedStatus = Readonly<Record<string, number>>;

/** An address space. */
export interface MemoryPicture {
  /** Names the address space: tasks with one name share it. */
  readonly mm: string;
  /** Tasks that have it: `mm_users`. */
  readonly users: number;
  /** VmPeak to VmSwap. */
  readonly status: SignedStatus;
  /** Pages, signed. */
  readonly rss: RssView;
  /** kB: smaps over all areas. */
  readonly sums: SmapsSums;
  /** By rising address. */
  readonly areas: readonly AreaMap[];
}

/** Which part of a mapping an area is. */
export interface MappingPart {
  /** Name of the mapping. */
  readonly name: string;
  /** Where the part begins: bytes. */
  readonly start: number;
  /** The first page of the mapping that lies in the area. */
  readonly firstPage: number;
  /** How many pages lie in it. */
  readonly pages: number;
  /** Whether it is all of the mapping. */
  readonly isWhole: boolean;
}

/** One area, with a page map of runs. */
export interface AreaMap {
  /** Bytes, half-open. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** As in /proc/PID/maps: `rw-p`. */
  readonly permissions: string;
  /** Last part of the file's path, or what the memory is for. */
  readonly name: string;
  /** Mappings that lie in it, or that it lies in. */
  readonly mappings: readonly MappingPart[];
  /** As `vm_flags` has them. */
  readonly flags: AreaView["flags"];
  /** Whether an anon_vma is attached. */
  readonly hasAnonVma: boolean;
  /** kB. */
  readonly sums: SmapsSums;
  /** The page map. */
  readonly runs: readonly LetterRun[];
}

/**
 * Looks at the machine and at each of `tasks`; changes nothing.
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { pictureMachine } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * const named = { name: "P", pid: kernel.createProcess(), state: "running", mappings: [] };
 * const [task] = pictureMachine(kernel, [named]).tasks;
 * console.log(task?.name, task?.memory?.users); // P 1
 * ```
 */
export function pictureMachine(kernel: Kernel, tasks: readonly NamedTask[]): MachinePicture {
  const areas = new Map<string, readonly AreaView[]>();
  const areasOf = (pid: number, mm: string): readonly AreaView[] => {
    const known = areas.get(mm) ?? kernel.areas(pid);
    areas.set(mm, known);
    return known;
  };
  return {
    totals: kernel.totals(),
    tasks: tasks.map((task) => pictureTask(kernel, task, areasOf)),
  };
}

type AreasOf = (pid: number, mm: string) => readonly AreaView[];

function pictureTask(kernel: Kernel, named: NamedTask, areasOf: AreasOf): TaskPicture {
  const { name, pid, state } = named;
  if (state === "gone") {
    const unknown = { tgid: null, ppid: null, minorFaults: null, majorFaults: null };
    return { name, pid, state, ...unknown, memory: null };
  }
  const { tgid, ppid, minFlt, majFlt, memory } = kernel.process(pid);
  const faults = { minorFaults: minFlt, majorFaults: majFlt };
  if (memory === null) return { name, pid, state, tgid, ppid, ...faults, memory };
  const pictured = pictureMemory(memory, areasOf(pid, memory.name), named.mappings);
  return { name, pid, state, tgid, ppid, ...faults, memory: pictured };
}

/**
 * An address space that a fork or an exec may still be filling.
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { pictureSpace } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * kernel.mmap(kernel.createProcess(), { len: 4 * 4096 });
 * const [space] = kernel.addressSpaces();
 * if (space) console.log(pictureSpace(kernel, space, []).areas.length); // 1
 * ```
 */
export const pictureSpace = (
  kernel: Kernel,
  { memory }: AddressSpaceView,
  mappings: readonly NamedRange[],
): MemoryPicture => pictureMemory(memory, kernel.areas(memory.name), mappings);

function pictureMemory(
  { name: mm, mmUsers: users, status, rss }: MemoryView,
  areas: readonly AreaView[],
  mappings: readonly NamedRange[],
): MemoryPicture {
  const maps = areas.map((area) => areaMap(area, mappings));
  return { mm, users, status: signed(status), rss, sums: sumOver(maps), areas: maps };
}

/** `vmRSS` as the kernel writes it: `VmRSS`. */
const signed = (status: MemoryStatus): SignedStatus =>
  Object.fromEntries(
    Object.entries(status).map(([field, kb]: [string, bigint]) => [
      `V${field.slice(1)}`,
      Number(BigInt.asIntN(64, kb)),
    ]),
  );

const sumOver = (areas: readonly AreaMap[]): SmapsSums =>
  Object.fromEntries(
    SMAPS_LINES.map((line) => [line, areas.reduce((sum, { sums }) => sum + sums[line], 0)]),
  ) as SmapsSums;

function areaMap(area: AreaView, mappings: readonly NamedRange[]): AreaMap {
  const { start, end, flags, hasAnonVma, sums, runs } = area;
  const parts = mappings.flatMap((mapping) => partOf(area, mapping) ?? []);
  return {
    start,
    end,
    permissions: permissionsOf(area),
    name: memoryName(area),
    mappings: parts,
    flags,
    hasAnonVma,
    sums,
    runs,
  };
}

/** Undefined where the two have no page in common. */
function partOf({ start, end }: AreaView, mapping: NamedRange): MappingPart | undefined {
  const { name, pages } = mapping;
  const first = Math.max(start, mapping.start);
  const count = (Math.min(end, mapping.start + pages * PAGE_SIZE) - first) / PAGE_SIZE;
  if (count <= 0) return undefined;
  const firstPage = (first - mapping.start) / PAGE_SIZE;
  return { name, start: first, firstPage, pages: count, isWhole: count === pages };
}
