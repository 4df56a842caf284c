/** What an expectation can ask about a process: lines of its status, counters, its smaps summed. */
import { PAGE_SIZE } from "@forkpath/abi";
import { MmCounter, peekCheapRss, peekCounterSigned } from "@forkpath/counters";
import { getrusage, RusageWho, type TaskStruct } from "@forkpath/fork";
import { memoryStatus, smapsSums } from "@forkpath/kernel";
import type { MmStruct } from "@forkpath/mm";
import { mmlistFrom } from "@forkpath/swap";
import { runToCompletion } from "@forkpath/sync";
import type { FactValue } from "../format/wanted.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { goneText, matching, memoryOf, stateOf, taskOf } from "../world/who.ts";
import type { LiveProcess, World } from "../world/world.ts";
import { defineFact, type Fact, type Facts, ofEachTask } from "./fact.ts";
import { observe } from "./observation.ts";
import { pattern } from "./pattern.ts";
import { smapsFacts } from "./smaps.ts";
import { defineSubject, type Subject } from "./subject.ts";

type Reader = Fact<LiveProcess>["read"];

const status =
  (name: keyof ReturnType<typeof memoryStatus>): Reader =>
  (world, process) =>
    memoryStatus(memoryOf(world, process), world.kernel.machine.profile.proc)[name];

const ofMm =
  (read: (mm: MmStruct) => number): Reader =>
  (world, process) =>
    BigInt(read(memoryOf(world, process)));

const counter = (member: MmCounter): Reader =>
  ofMm(({ counters }) => peekCounterSigned(counters, member));

const ofTask =
  (read: (task: TaskStruct, world: World) => FactValue): Reader =>
  (world, process) => {
    const task = taskOf(world, process);
    if (task === undefined) throw new CannotRun(goneText(world, process, "is gone"));
    return read(task, world);
  };

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
  VmPeak: defineFact("kB", "Largest VmSize so far.", status("vmPeak")),
  VmSize: defineFact("kB", "All that is mapped.", status("vmSize")),
  VmLck: defineFact("kB", "What is locked.", status("vmLck")),
  VmHWM: defineFact("kB", "Largest VmRSS so far.", status("vmHWM")),
  VmRSS: defineFact("kB", "Pages in memory: anonRss, fileRss and shmemRss.", status("vmRSS")),
  VmData: defineFact("kB", "What is mapped, less files and stack.", status("vmData")),
  VmStk: defineFact("kB", "The stack.", status("vmStk")),
  VmExe: defineFact("kB", "Code of the program.", status("vmExe")),
  VmLib: defineFact("kB", "Code of libraries.", status("vmLib")),
  VmPTE: defineFact(
    "kB",
    "Page tables: on el6 the last level, since 4.15 all but the top.",
    status("vmPTE"),
  ),
  VmSwap: defineFact("kB", "Pages in swap.", status("vmSwap")),
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
  totalVm: defineFact(
    "pages",
    "total_vm.",
    ofMm(({ usage }) => usage.totalVm),
  ),
  sharedVm: defineFact(
    "pages",
    "shared_vm: mappings of files.",
    ofMm(({ usage }) => usage.sharedVm),
  ),
  stackVm: defineFact(
    "pages",
    "stack_vm.",
    ofMm(({ usage }) => usage.stackVm),
  ),
  reservedVm: defineFact(
    "pages",
    "reserved_vm.",
    ofMm(({ usage }) => usage.reservedVm),
  ),
  mappedPages: defineFact("pages", "Pages of all areas, counted one by one.", ofMm(mappedPages)),
  mapCount: defineFact(
    "count",
    "Areas.",
    ofMm(({ mapCount }) => mapCount),
  ),
  nrPtes: defineFact(
    "count",
    "Last-level page tables.",
    ofMm(({ nrPtes }) => nrPtes),
  ),
  mmUsers: defineFact(
    "count",
    "Users of the address space.",
    ofMm(({ mmUsers }) => mmUsers),
  ),
  exeFileVmas: defineFact(
    "count",
    "num_exe_file_vmas: what keeps the program file open.",
    ofMm(({ numExeFileVmas }) => numExeFileVmas),
  ),
  onMmlist: defineFact("yes", "Whether swapoff would find it, going round the mmlist.", isOnMmlist),
  minorFaults: ofEachTask(
    defineFact(
      "count",
      "Faults that read nothing from disk.",
      ofTask(({ minFlt }) => BigInt(minFlt)),
    ),
  ),
  majorFaults: ofEachTask(
    defineFact(
      "count",
      "Faults that did.",
      ofTask(({ majFlt }) => BigInt(majFlt)),
    ),
  ),
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
