/** The whole state of a machine, as a recording tells it after a call. */
import { KB_PER_PAGE, PAGE_SIZE } from "@forkpath/abi";
import { MmCounter, peekCounter, peekShown } from "@forkpath/counters";
import type { TaskStruct } from "@forkpath/fork";
import { type MemoryStatus, memoryStatus, permsText, vmFlagsText } from "@forkpath/kernel";
import type { MmStruct, Vma } from "@forkpath/mm";
import type { OtherArea, ProcessState, RegionState } from "@forkpath/recordings";
import { BIG_AREAS, BIG_END, CODE_PAGE, REGIONS, type Region } from "../places.ts";
import { type Subject, taskOf, type World } from "../world.ts";
import { type Canons, lookAtRegion } from "./region.ts";
import { createCanon } from "./runs.ts";

/** What the page of code of each process adds, which recordings have subtracted. kB. */
const CODE_KB: Readonly<Record<string, number>> = {
  VmSize: 4,
  VmPeak: 4,
  VmHWM: 4,
  VmRSS: 4,
  RssAnon: 4,
  VmPTE: 12,
};
const NO_FRAMES = new Float64Array(0);
const TASK_STATUS = ["VmStk", "VmExe", "HugetlbPages"];

/** Every task by name, in order of birth. Takes down which frames are shown, for the next look. */
export function lookAtTasks(world: World, isOfTasks: boolean): Record<string, ProcessState> {
  const canons: Canons = { frame: createCanon(), slot: createCanon() };
  const firstOf = new Map<MmStruct, string>();
  const states: Record<string, ProcessState> = {};
  for (const subject of world.subjects.values()) {
    states[subject.name] = lookAtTask(world, subject, isOfTasks, firstOf, canons);
  }
  return states;
}

function lookAtTask(
  world: World,
  subject: Subject,
  isOfTasks: boolean,
  firstOf: Map<MmStruct, string>,
  canons: Canons,
): ProcessState {
  const task = taskOf(world.kernel, subject.pid);
  const faults = faultsOf(task);
  const { mm } = task;
  if (task.state === "zombie" || mm === null) {
    const threads = task.signal.threads.length;
    return {
      state: "zombie",
      ...faults,
      ...(isOfTasks && threads > 1 && { threads: threads - 1 }),
    };
  }
  const { proc } = world.kernel.machine.profile;
  const own = isOfTasks ? taskFields(world, subject, task) : {};
  const first = firstOf.get(mm);
  if (first !== undefined) return { state: "running", ...faults, ...own, mm: first };
  firstOf.set(mm, subject.name);
  return {
    state: "running",
    ...faults,
    ...own,
    ...(isOfTasks && { mmUsers: mm.mmUsers }),
    ...statusFields(memoryStatus(mm, proc), mm, subject.program !== undefined, isOfTasks),
    areas: mm.vmas.filter((vma) => vma.start !== CODE_PAGE && !isOther(vma)).length,
    ...otherAreas(world, subject.pid, mm),
    regions: lookAtRegions(world, subject.pid, mm, canons),
  };
}

/** Of a leader: of the whole process, threads that have ended too. */
export function faultsOf(task: TaskStruct): { minflt: number; majflt: number } {
  let { minFlt: minflt, majFlt: majflt } = task;
  if (task.groupLeader !== task) return { minflt, majflt };
  const { own, threads } = task.signal;
  minflt += own.minFlt;
  majflt += own.majFlt;
  for (const thread of threads) {
    if (thread === task) continue;
    minflt += thread.minFlt;
    majflt += thread.majFlt;
  }
  return { minflt, majflt };
}

function taskFields(world: World, subject: Subject, task: TaskStruct): Record<string, unknown> {
  const { signal, groupLeader } = task;
  const { program, isFresh } = subject;
  const isLeader = groupLeader === task;
  const threads = signal.threads.length;
  return {
    ...(!isLeader && { group: nameOf(world, groupLeader.pid) }),
    ...(isLeader && threads > 1 && { threads, ownMinflt: task.minFlt, ownMajflt: task.majFlt }),
    ...(world.kernel.isBlocked(task.pid) && { blocked: true }),
    ...(task.cred.user.uid !== 0 && { user: true }),
    ...(program !== undefined && { program }),
    ...(isFresh === true && { started: false }),
    ...(isLeader && {
      childMinflt: signal.children.minFlt,
      childMajflt: signal.children.majFlt,
      maxrss: Number(signal.maxrss),
      childMaxrss: Number(signal.cmaxrss),
    }),
  };
}

const nameOf = ({ subjects }: World, pid: number): string | undefined =>
  [...subjects.values()].find((one) => one.pid === pid)?.name;

/** kB, and what the counters of the kernel hold, in pages. */
function statusFields(
  status: MemoryStatus,
  mm: MmStruct,
  hasProgram: boolean,
  isOfTasks: boolean,
): Record<string, unknown> {
  const kb = (counter: MmCounter): number => Number(peekShown(mm.counters, counter)) * KB_PER_PAGE;
  const fields: Record<string, number> = {
    VmSize: Number(status.vmSize),
    VmPeak: Number(status.vmPeak),
    VmLck: Number(status.vmLck),
    VmHWM: Number(status.vmHWM),
    VmRSS: Number(status.vmRSS),
    RssAnon: kb(MmCounter.ANON_RSS),
    RssFile: kb(MmCounter.FILE_RSS),
    RssShmem: kb(MmCounter.SHMEM_RSS),
    VmData: Number(status.vmData),
    VmPTE: Number(status.vmPTE),
    VmSwap: Number(status.vmSwap),
    VmStk: Number(status.vmStk),
    VmExe: Number(status.vmExe),
    HugetlbPages: 0,
  };
  if (!isOfTasks) for (const name of TASK_STATUS) delete fields[name];
  if (!hasProgram) for (const [name, kB] of Object.entries(CODE_KB)) fields[name] -= kB;
  return { ...fields, ...rawCounters(mm) };
}

const rawCounters = ({ counters }: MmStruct): Record<string, unknown> => {
  const word = (counter: MmCounter): number =>
    Number(BigInt.asIntN(64, peekCounter(counters, counter)));
  const { FILE_RSS, ANON_RSS, SWAP_USAGE, SHMEM_RSS, HIWATER_RSS } = MmCounter;
  return {
    hiwaterRss: word(HIWATER_RSS),
    rssStat: [word(FILE_RSS), word(ANON_RSS), word(SWAP_USAGE), word(SHMEM_RSS)],
  };
};

function lookAtRegions(
  { kernel, shown }: World,
  pid: number,
  mm: MmStruct,
  canons: Canons,
): Record<string, RegionState> {
  const before = shown.get(mm) ?? new Map<string, Float64Array>();
  const now = new Map<string, Float64Array>();
  const regions: Record<string, RegionState> = {};
  for (const region of REGIONS) {
    const areas = areasOf(mm, region);
    if (areas.length === 0) continue;
    const old = before.get(region.name) ?? NO_FRAMES;
    const { state, frames } = lookAtRegion(kernel, pid, region, areas, canons, old);
    regions[region.name] = state;
    now.set(region.name, frames);
  }
  shown.set(mm, now);
  return regions;
}

/** Areas of gigabytes and those that the kernel makes, which are in no slot. */
const isOther = (vma: Vma): boolean => isBig(vma) || vma.ops?.name !== undefined;
const isBig = ({ start }: Vma): boolean => start >= BIG_AREAS && start < BIG_END;

function otherAreas({ kernel }: World, pid: number, mm: MmStruct): { other?: OtherArea[] } {
  const others = mm.vmas.filter(isOther);
  if (others.length === 0) return {};
  const views = kernel.areas(pid);
  const other = others.map(({ start, end, flags, ops }): OtherArea => {
    const rss = views.find((view) => view.start === start)?.sums.Rss ?? 0;
    return [
      ops?.name ?? "big",
      (end - start) / PAGE_SIZE,
      permsText(flags),
      vmFlagsText(kernel.machine.profile.proc, flags),
      rss,
    ];
  });
  return { other };
}

const SLOT_BYTES = 2048 * PAGE_SIZE;
const areasOf = ({ vmas }: MmStruct, { start }: Region): MmStruct["vmas"] =>
  vmas.filter((vma) => vma.start >= start && vma.start < start + SLOT_BYTES);
