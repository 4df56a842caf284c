/** What an expectation can ask about a process: lines of its status, counters, its smaps summed. */
import { PAGE_SIZE } from "@forkpath/abi";
import { MmCounter, peekCheapRss, peekCounterSigned } from "@forkpath/counters";
import { getrusage, RusageWho, type TaskStruct } from "@forkpath/fork";
import { memoryStatus, smapsSums } from "@forkpath/kernel";
import type { MmStruct, MmUsage } from "@forkpath/mm";
import { mmlistFrom } from "@forkpath/swap";
import { runToCompletion } from "@forkpath/sync";
import type { FactValue } from "../format/wanted.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { goneText, matching, memoryOf, stateOf, taskOf } from "../world/who.ts";
import type { LiveProcess, World } from "../world/world.ts";
import { defineFact, type Fact, type Facts, factsOf, ofEachTask } from "./fact.ts";
import { observe } from "./observation.ts";
import { pattern } from "./pattern.ts";
import { smapsFacts } from "./smaps.ts";
import { defineSubject, type Subject } from "./subject.ts";

type Reader = Fact<LiveProcess>["read"];

type StatusField = keyof ReturnType<typeof memoryStatus>;

/** The model's field of `VmPeak` is `vmPeak`. */
const statusLine =
  (name: Capitalize<StatusField>): Reader =>
  (world, process) => {
    const { proc } = world.kernel.machine.profile;
    return memoryStatus(memoryOf(world, process), proc)[`v${name.slice(1)}` as StatusField];
  };

const ofMm =
  (read: (mm: MmStruct) => number): Reader =>
  (world, process) =>
    BigInt(read(memoryOf(world, process)));

const usageField = (name: keyof MmUsage): Reader => ofMm(({ usage }) => usage[name]);

const mmField = (name: "mapCount" | "nrPtes" | "mmUsers"): Reader => ofMm((mm) => mm[name]);

const counter = (member: MmCounter): Reader =>
  ofMm(({ counters }) => peekCounterSigned(counters, member));

const ofTask =
  (read: (task: TaskStruct, world: World) => FactValue): Reader =>
  (world, process) => {
    const task = taskOf(world, process);
    if (task === undefined) throw new CannotRun(goneText(world, process, "is gone"));
    return read(task, world);
  };

const faults = (kind: "minFlt" | "majFlt"): Reader => ofTask((task) => BigInt(task[kind]));

const peak = (who: RusageWho): Reader =>
  ofTask((task, { kernel }) => runToCompletion(getrusage(kernel.machine.fork, task, who)).maxrssKb);

const mappedPages = ({ vmas }: MmStruct): number =>
  vmas.reduce((sum, { start, end }) => sum + (end - start) / PAGE_SIZE, 0);

/** Goes round the ring from its anchor, as swapoff does. */
function isOnMmlist(world: World, process: LiveProcess): boolean {
  const { swap } = world.kernel.machine.mm;
  const mm = memoryOf(world, process);
  for (const node of mmlistFrom(swap.initMm)) if (node.mm === mm) return true;
  return false;
}

export const PROCESS_FACTS: Facts<LiveProcess> = {
  ...factsOf("kB", statusLine, {
    VmPeak: "Largest VmSize so far.",
    VmSize: "All that is mapped.",
    VmLck: "What is locked.",
    VmHWM: "Largest VmRSS so far.",
    VmRSS: "Pages in memory: anonRss, fileRss and shmemRss.",
    VmData: "What is mapped, less files and stack.",
    VmStk: "The stack.",
    VmExe: "Code of the program.",
    VmLib: "Code of libraries.",
    VmPTE: "Page tables: on el6 the last level, since 4.15 all but the top.",
    VmSwap: "Pages in swap.",
  }),
  fileRss: defineFact("pages", "The counter _file_rss, signed.", counter(MmCounter.FILE_RSS)),
  anonRss: defineFact("pages", "The counter _anon_rss, signed.", counter(MmCounter.ANON_RSS)),
  swapUsage: defineFact("pages", "The counter _swap_usage, signed.", counter(MmCounter.SWAP_USAGE)),
  shmemRss: defineFact(
    "pages",
    "The counter of shared memory, signed; 0 where its pages count in fileRss.",
    counter(MmCounter.SHMEM_RSS),
  ),
  statRss: defineFact(
    "pages",
    "Field 24 of stat: without what CPUs and tasks keep to themselves.",
    (world, process) => peekCheapRss(memoryOf(world, process).counters),
  ),
  statmData: defineFact(
    "pages",
    "The sixth number of statm: what is of no file; since 4.5 what is private and writable.",
    (world, process) =>
      BigInt(world.kernel.machine.profile.proc.statmData(memoryOf(world, process))),
  ),
  hiwaterRss: defineFact(
    "pages",
    "hiwater_rss as it is stored: often less than VmHWM.",
    counter(MmCounter.HIWATER_RSS),
  ),
  hiwaterVm: defineFact("pages", "hiwater_vm as it is stored.", counter(MmCounter.HIWATER_VM)),
  ...factsOf("pages", usageField, {
    totalVm: "total_vm.",
    sharedVm: "shared_vm: mappings of files.",
    stackVm: "stack_vm.",
    reservedVm: "reserved_vm.",
  }),
  mappedPages: defineFact("pages", "Pages of all areas, counted one by one.", ofMm(mappedPages)),
  ...factsOf("count", mmField, {
    mapCount: "Areas.",
    nrPtes: "Last-level page tables.",
    mmUsers: "Users of the address space.",
  }),
  exeFileVmas: defineFact(
    "count",
    "num_exe_file_vmas: what keeps the program file open.",
    ofMm(({ numExeFileVmas }) => numExeFileVmas),
  ),
  onMmlist: defineFact("yes", "Whether swapoff would find it, going round the mmlist.", isOnMmlist),
  minorFaults: ofEachTask(
    defineFact("count", "Faults that read nothing from disk.", faults("minFlt")),
  ),
  majorFaults: ofEachTask(defineFact("count", "Faults that did.", faults("majFlt"))),
  maxrss: ofEachTask(
    defineFact("kB", "ru_maxrss of getrusage(RUSAGE_SELF).", peak(RusageWho.SELF)),
  ),
  childrenMaxrss: ofEachTask(
    defineFact("kB", "ru_maxrss of getrusage(RUSAGE_CHILDREN).", peak(RusageWho.CHILDREN)),
  ),
  state: defineFact("word", "running, waiting, stopped, zombie or gone.", stateOf),
  ...smapsFacts((world, process) => smapsSums(world.kernel.machine, memoryOf(world, process))),
};

export const process: Subject = defineSubject("process", pattern, PROCESS_FACTS, (who, key) => {
  const fact = PROCESS_FACTS[key];
  return observe(fact.unit, {
    text: `${who} ${key}`,
    patterns: [who],
    look: (world) =>
      matching(world, who).map((one) => ({
        of: one.name === who ? "" : one.name,
        value: fact.read(world, one),
      })),
  });
});
