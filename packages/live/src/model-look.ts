/** The same look at a process of the model, in the words that the running kernel can be seen in. */
import { KB_PER_PAGE, PAGE_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import { MmCounter, peekShown } from "@forkpath/counters";
import type { TaskStruct } from "@forkpath/fork";
import { type Kernel, memoryStatus, permsText, vmFlagsText } from "@forkpath/kernel";
import { entryLetter, type MmStruct, type Vma } from "@forkpath/mm";
import {
  isPteDirty,
  isPteHuge,
  isPtePresent,
  isPteSpecial,
  ptePfn,
  visitTables,
} from "@forkpath/page-table";
import { compoundHead, pageMapcount } from "@forkpath/rmap";
import type { NamedProcess } from "@forkpath/scenario";
import { swpOffset, swpType } from "@forkpath/swap";
import {
  type Area,
  CODE_PAGE,
  createPages,
  type Look,
  lessBase,
  MOST_PAGES,
  type Pages,
  type Sight,
  SUM_FIELDS,
} from "./look.ts";

/**
 * @param isSharer whether a task before it has the same memory, which then is not looked at again
 * @param base what the page of code adds to status
 */
export function lookAtModel(
  kernel: Kernel,
  { name, pid, state }: Pick<NamedProcess, "name" | "pid" | "state">,
  isSharer: boolean,
  sight: Sight,
  base: Readonly<Record<string, number>>,
): Look {
  const task = kernel.machine.fork.tasks.get(pid);
  if (task === undefined || state === "gone") {
    return { name, state: "gone", minorFaults: 0, majorFaults: 0, memory: null };
  }
  const faults = faultsOf(task);
  const { mm } = task;
  if (mm === null) return { name, state: "zombie", ...faults, memory: null };
  const shown = state === "waiting" ? "waiting" : "running";
  if (isSharer) return { name, state: shown, ...faults, memory: null };
  const status = lessBase(modelStatus(kernel, mm), base);
  return {
    name,
    state: shown,
    ...faults,
    memory: { status, areas: areasOf(kernel, pid, mm, sight) },
  };
}

/** Of a leader: of its whole process, threads that have ended included. */
function faultsOf(task: TaskStruct): Pick<Look, "minorFaults" | "majorFaults"> {
  const { own, threads } = task.signal;
  const isLeader = task.groupLeader === task;
  const others = isLeader ? [own, ...threads.filter((thread) => thread !== task)] : [];
  const sum = (of: "minFlt" | "majFlt"): number =>
    others.reduce((total, one) => total + one[of], task[of]);
  return { minorFaults: sum("minFlt"), majorFaults: sum("majFlt") };
}

/** All lines of status that are compared, in kB. */
export function modelStatus({ machine }: Kernel, mm: MmStruct): Record<string, number> {
  const shown = memoryStatus(mm, machine.profile.proc);
  const kB = (counter: MmCounter): number => Number(peekShown(mm.counters, counter)) * KB_PER_PAGE;
  return {
    VmPeak: Number(shown.vmPeak),
    VmSize: Number(shown.vmSize),
    VmLck: Number(shown.vmLck),
    VmHWM: Number(shown.vmHWM),
    VmRSS: Number(shown.vmRSS),
    RssAnon: kB(MmCounter.ANON_RSS),
    RssFile: kB(MmCounter.FILE_RSS),
    RssShmem: kB(MmCounter.SHMEM_RSS),
    VmData: Number(shown.vmData),
    VmStk: Number(shown.vmStk),
    VmPTE: Number(shown.vmPTE),
    VmSwap: Number(shown.vmSwap),
  };
}

function areasOf(kernel: Kernel, pid: number, mm: MmStruct, sight: Sight): Area[] {
  const { proc } = kernel.machine.profile;
  const views = kernel.areas(pid);
  const areas = mm.vmas.map(({ start, end, flags }, index): Area => {
    const { sums } = views[index];
    const count = (end - start) / PAGE_SIZE;
    return {
      start,
      end,
      perms: permsText(flags),
      flags: vmFlagsText(proc, flags),
      sums: Object.fromEntries(SUM_FIELDS.map((name) => [name, sums[name]])),
      pages: count > MOST_PAGES ? null : createPages(count),
    };
  });
  fillPages(kernel, mm, areas, sight);
  return areas.filter(({ start }, index) => start !== CODE_PAGE && !isSpecial(mm.vmas[index]));
}

/** vvar, vdso and the like, which the kernel puts where it likes. */
const isSpecial = ({ ops }: Vma): boolean => ops?.name !== undefined;

/** Entries come by address, and so do areas. */
function fillPages(kernel: Kernel, mm: MmStruct, areas: readonly Area[], sight: Sight): void {
  let index = 0;
  const visit = (addr: number, low: number, high: number): void => {
    while (index < areas.length && areas[index].end <= addr) index++;
    const area = areas[index];
    if (area === undefined || addr < area.start || area.pages === null) return;
    fillPage(kernel, area.pages, (addr - area.start) / PAGE_SIZE, addr, low, high, sight);
  };
  visitTables(kernel.machine.mm.tables, mm.pgd, {
    pte: (addr, _cell, low, high) => visit(addr, low, high),
    hugePmd: (addr, _cell, low, high) => {
      for (let page = 0; page < PTRS_PER_TABLE; page++) visit(addr + page * PAGE_SIZE, low, high);
    },
  });
}

function fillPage(
  kernel: Kernel,
  pages: Pages,
  page: number,
  addr: number,
  low: number,
  high: number,
  { hasFrames, hasEntries }: Sight,
): void {
  const { mm: env } = kernel.machine;
  const letter = entryLetter(env, low, high);
  pages.letters[page] = seenLetter(letter, hasFrames, hasEntries).charCodeAt(0);
  if (letter === "s") pages.frames[page] = hasFrames ? slotNumber(low, high) : 0;
  if (!isPtePresent(low)) return;
  if (hasEntries) pages.dirty[page] = isPteDirty(low) ? 1 : 0;
  if (isPteSpecial(low)) return;
  const head = ptePfn(low, high);
  const pfn = isPteHuge(low) ? head + ((addr / PAGE_SIZE) % PTRS_PER_TABLE) : head;
  // A compound page is counted on its head; its tails' columns hold pins.
  const mapcount = pageMapcount(env.map, compoundHead(env.map, pfn));
  pages.mapcounts[page] = hasFrames || mapcount === 1 ? mapcount : 0;
  if (hasFrames) pages.frames[page] = pfn + 1;
}

/** More than any swap area has slots. */
const SLOTS_PER_AREA = 2 ** 40;

/** A number for each slot, below 0. */
const slotNumber = (low: number, high: number): number =>
  -(swpType(low) * SLOTS_PER_AREA + swpOffset(low, high) + 1);

/** What is left of a letter where less can be seen. */
function seenLetter(letter: string, hasFrames: boolean, hasEntries: boolean): string {
  if (hasEntries) return letter;
  if (letter === "z") return hasFrames ? letter : "A";
  if (letter === "W" || letter === "r" || letter === "H") return "A";
  return letter === "F" || letter === "f" ? "B" : letter;
}
