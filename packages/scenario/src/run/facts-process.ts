/** Reads the facts about a process. */
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { getrusage, RusageWho, type TaskStruct } from "@forkpath/fork";
import { memoryStatus } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import { mmlistFrom } from "@forkpath/swap";
import { runToCompletion } from "@forkpath/sync";
import type { ProcessFact, SmapsFact } from "../format/facts.ts";
import type { FactValue } from "../format/wanted.ts";
import { CannotRun } from "./cannot-run.ts";
import { smapsSums } from "./smaps.ts";
import { memoryOf, taskOf } from "./who.ts";
import type { LiveProcess, World } from "./world.ts";

type Reader = (world: World, process: LiveProcess) => FactValue;

const status =
  (name: keyof ReturnType<typeof memoryStatus>): Reader =>
  (world, process) =>
    memoryStatus(memoryOf(world, process))[name];

const ofMm =
  (read: (mm: MmStruct) => number): Reader =>
  (world, process) =>
    BigInt(read(memoryOf(world, process)));

const counter = (member: MmCounter): Reader =>
  ofMm(({ counters }) => peekCounterSigned(counters, member));

const smaps =
  (name: SmapsFact): Reader =>
  (world, process) =>
    BigInt(smapsSums(world.kernel.machine.mm, memoryOf(world, process))[name]);

const ofTask =
  (read: (task: TaskStruct, world: World) => FactValue): Reader =>
  (world, process) => {
    const task = taskOf(world, process);
    if (task === undefined) throw new CannotRun(`${process.name} is gone`);
    return read(task, world);
  };

const peak = (who: RusageWho): Reader =>
  ofTask((task, { kernel }) => runToCompletion(getrusage(kernel.machine.fork, task, who)).maxrssKb);

const mappedPages = ({ vmas }: MmStruct): number =>
  vmas.reduce((sum, { start, end }) => sum + (end - start) / 4096, 0);

/** Goes round the ring from its anchor, as swapoff does. */
function isOnMmlist(world: World, process: LiveProcess): boolean {
  const { swap } = world.kernel.machine.mm;
  const mm = memoryOf(world, process);
  for (const node of mmlistFrom(swap.initMm)) if (node.mm === mm) return true;
  return false;
}

function stateOf(world: World, process: LiveProcess): string {
  const task = taskOf(world, process);
  if (task === undefined || task.state === "dead") return "gone";
  if (task.state === "zombie") return "zombie";
  return world.kernel.isBlocked(process.pid) ? "waiting" : task.state;
}

export const processReaders: Readonly<Record<ProcessFact, Reader>> = {
  VmPeak: status("vmPeak"),
  VmSize: status("vmSize"),
  VmLck: status("vmLck"),
  VmHWM: status("vmHWM"),
  VmRSS: status("vmRSS"),
  VmData: status("vmData"),
  VmStk: status("vmStk"),
  VmExe: status("vmExe"),
  VmLib: status("vmLib"),
  VmPTE: status("vmPTE"),
  VmSwap: status("vmSwap"),
  fileRss: counter(MmCounter.FILE_RSS),
  anonRss: counter(MmCounter.ANON_RSS),
  swapUsage: counter(MmCounter.SWAP_USAGE),
  hiwaterRss: counter(MmCounter.HIWATER_RSS),
  hiwaterVm: counter(MmCounter.HIWATER_VM),
  totalVm: ofMm(({ usage }) => usage.totalVm),
  sharedVm: ofMm(({ usage }) => usage.sharedVm),
  stackVm: ofMm(({ usage }) => usage.stackVm),
  reservedVm: ofMm(({ usage }) => usage.reservedVm),
  mappedPages: ofMm(mappedPages),
  mapCount: ofMm(({ mapCount }) => mapCount),
  nrPtes: ofMm(({ nrPtes }) => nrPtes),
  mmUsers: ofMm(({ mmUsers }) => mmUsers),
  exeFileVmas: ofMm(({ numExeFileVmas }) => numExeFileVmas),
  onMmlist: isOnMmlist,
  minorFaults: ofTask(({ minFlt }) => BigInt(minFlt)),
  majorFaults: ofTask(({ majFlt }) => BigInt(majFlt)),
  maxrss: peak(RusageWho.SELF),
  childrenMaxrss: peak(RusageWho.CHILDREN),
  state: stateOf,
  Rss: smaps("Rss"),
  Pss: smaps("Pss"),
  Shared_Clean: smaps("Shared_Clean"),
  Shared_Dirty: smaps("Shared_Dirty"),
  Private_Clean: smaps("Private_Clean"),
  Private_Dirty: smaps("Private_Dirty"),
  Anonymous: smaps("Anonymous"),
  AnonHugePages: smaps("AnonHugePages"),
  Swap: smaps("Swap"),
};
