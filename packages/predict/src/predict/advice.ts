/**
 * What would make the fork cheaper, each tried in the model: the same process, changed in one
 * thing, forks once more, and what that saves is the difference.
 */
import { KB_PER_PAGE, Madvise, PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE, virtAddr } from "@forkpath/abi";
import { type MmEnv, vmaPages } from "@forkpath/mm";
import {
  findPmdCell,
  isPmdTransHuge,
  isPtePresent,
  NO_CELL,
  NO_TABLE,
  pfnAt,
  pteLow,
} from "@forkpath/page-table";
import { entryRow } from "@forkpath/page-table/internal";
import { isPageAnon } from "@forkpath/rmap";
import { type Calibration, forkTime } from "../cost/cost.ts";
import { type ForkCounts, forkCounts } from "../cost/counts.ts";
import { allowForks } from "../cost/refuse.ts";
import type { LoadedArea, Loading } from "../load/loading.ts";
import type { Outcome } from "./outcome.ts";

/** What is changed: huge pages for all memory, one area left out, or no fork at all. */
export type AdviceKind = "huge pages" | "DONTFORK" | "posix_spawn";

/** One change, and what it saves. */
export interface Advice {
  /** What is changed. */
  readonly kind: AdviceKind;
  /** Of DONTFORK: which area. */
  readonly area: {
    /** First byte. */
    readonly start: number;
    /** The byte after the last. */
    readonly end: number;
    /** As maps shows it. */
    readonly name: string;
  } | null;
  /** What one child shows then; kB. */
  readonly vmRss: number;
  /** Tables of one child then; kB. */
  readonly vmPte: number;
  /** What is saved: kB of tables, pages that writes could copy, nanoseconds of the fork. */
  readonly savedPte: number;
  /** Pages that writes could copy, and cannot any more. */
  readonly savedPages: number;
  /** Nanoseconds of the fork. */
  readonly savedTime: number;
  /** What the fork has to do then. */
  readonly counts: ForkCounts;
  /**
   * Share of what could be changed that was changed in the model: 1, or less for large processes.
   */
  readonly tried: number;
}

/** A fork of the changed process, in figures. */
interface Trial {
  readonly vmRss: number;
  readonly vmPte: number;
  readonly counts: ForkCounts;
}

/** Areas that are tried one by one: the largest. */
const MOST_AREAS = 3;
/** An area is worth a word from this share of what is copied on. */
const LEAST_SHARE = 0.05;
/** Ranges of 2 MiB that are made huge in the model. */
const MOST_COLLAPSES = 256;
/** Below this a fork costs too little to speak of it. */
const LEAST_PAGES = 256;

/**
 * Tries everything that fits the process. The loaded process is changed, so this comes last.
 */
export function adviceFor(outcome: Outcome, costs: Calibration): Advice[] {
  const { load, children } = outcome;
  allowForks(load.env);
  for (const { pid } of children) {
    load.kernel.exit(pid);
    load.kernel.wait(load.pid, pid);
  }
  const base = tryFork(load);
  if (base === null) return [];
  const found = [...tryDontfork(load, base, costs), trySpawn(load, base, costs)];
  // Huge pages change the process for good.
  return [tryHugePages(load, base, costs), ...found].filter((advice) => advice !== null);
}

function tryFork(load: Loading): Trial | null {
  const { kernel, mm } = load;
  const pid = kernel.fork(load.pid);
  const child = kernel.machine.fork.tasks.get(pid)?.mm;
  if (pid < 0 || child === null || child === undefined) return null;
  const status = kernel.process(pid).memory?.status;
  const trial = {
    vmRss: Number(status?.vmRSS ?? 0),
    vmPte: Number(status?.vmPTE ?? 0),
    counts: forkCounts(kernel, mm, child),
  };
  kernel.exit(pid);
  kernel.wait(load.pid, pid);
  return trial;
}

function adviceOf(
  kind: AdviceKind,
  base: Trial,
  trial: Trial,
  costs: Calibration,
  area: LoadedArea | null = null,
): Advice {
  const saved = forkTime(base.counts, costs).value - forkTime(trial.counts, costs).value;
  return {
    kind,
    area:
      area === null ? null : { start: area.vma.start, end: area.vma.end, name: area.captured.name },
    ...trial,
    savedPte: base.vmPte - trial.vmPte,
    savedPages: (base.vmRss - trial.vmRss) / KB_PER_PAGE,
    savedTime: saved,
    tried: 1,
  };
}

function tryDontfork(load: Loading, base: Trial, costs: Calibration): Advice[] {
  const { kernel, pid } = load;
  const size = (area: LoadedArea): number => area.anon + area.shmem + area.swap;
  const largest = load.areas
    .filter((area) => area.isCopied && size(area) >= LEAST_PAGES && isFreeToSkip(area))
    .toSorted((one, other) => size(other) - size(one))
    .slice(0, MOST_AREAS);
  return largest.flatMap((area) => {
    const { start } = area.vma;
    const bytes = vmaPages(area.vma) * PAGE_SIZE;
    if (size(area) * KB_PER_PAGE < base.vmRss * LEAST_SHARE) return [];
    if (kernel.madvise(pid, start, bytes, Madvise.DONTFORK) !== 0) return [];
    const trial = tryFork(load);
    kernel.madvise(pid, start, bytes, Madvise.DOFORK);
    return trial === null ? [] : [adviceOf("DONTFORK", base, trial, costs, area)];
  });
}

/** A child without its stack or heap does not get far. */
const isFreeToSkip = ({ captured }: LoadedArea): boolean =>
  captured.name !== "[stack]" && captured.name !== "[heap]";

/** A child that runs another program at once needs nothing of this one's memory. */
function trySpawn(load: Loading, base: Trial, costs: Calibration): Advice | null {
  const { kernel, mm } = load;
  const pid = kernel.vfork(load.pid);
  if (pid < 0) return null;
  const isShared = kernel.machine.fork.tasks.get(pid)?.mm === mm;
  kernel.exit(pid);
  kernel.wait(load.pid, pid);
  if (!isShared) return null;
  const none: ForkCounts = {
    areasSkipped: 0,
    areasCopied: 0,
    tables: 0,
    entries: 0,
    hugePages: 0,
  };
  return adviceOf("posix_spawn", base, { vmRss: 0, vmPte: 0, counts: none }, costs);
}

/** Makes huge pages of what is full, as khugepaged would, and forks. */
function tryHugePages(load: Loading, base: Trial, costs: Calibration): Advice | null {
  if (!load.env.rules.huge.isLarge) return null;
  const ranges = fullRanges(load);
  if (ranges.length === 0) return null;
  const { kernel, pid } = load;
  let made = 0;
  for (const addr of ranges.slice(0, MOST_COLLAPSES)) {
    if (kernel.madvise(pid, addr, PMD_SIZE, Madvise.HUGEPAGE) !== 0) continue;
    kernel.write(pid, addr, PMD_SIZE); // collapse wants pages that are writable again
    if (kernel.collapse(pid, addr) === 0) made++;
  }
  const trial = made === 0 ? null : tryFork(load);
  if (trial === null) return null;
  // Advice that was given to parts of areas has split them: the real one goes to whole areas.
  const { areasCopied, areasSkipped } = base.counts;
  const counts = { ...trial.counts, areasCopied, areasSkipped };
  const advice = adviceOf("huge pages", base, { ...trial, counts }, costs);
  const tried = Math.min(made / ranges.length, 1);
  return { ...advice, tried, savedTime: advice.savedTime / tried };
}

/** Aligned ranges of 2 MiB, all of whose pages are anonymous and small. */
function fullRanges({ env, mm, areas }: Loading): number[] {
  const ranges: number[] = [];
  for (const { vma, anon } of areas) {
    if (anon < PTRS_PER_TABLE || vma.file !== null) continue;
    const first = Math.ceil(vma.start / PMD_SIZE) * PMD_SIZE;
    for (let addr = first; addr + PMD_SIZE <= vma.end; addr += PMD_SIZE) {
      const pmd = findPmdCell(env.tables, mm.pgd, virtAddr(addr));
      if (pmd === NO_CELL || isPmdTransHuge(pteLow(env.tables, pmd))) continue;
      if (isFull(env, pmd)) ranges.push(addr);
    }
  }
  return ranges;
}

function isFull({ tables, map }: MmEnv, pmd: number): boolean {
  const row = entryRow(tables, pmd);
  if (row === NO_TABLE) return false;
  for (let at = row * PTRS_PER_TABLE; at < (row + 1) * PTRS_PER_TABLE; at++) {
    const low = pteLow(tables, at);
    if (!isPtePresent(low)) return false;
    const pfn = pfnAt(tables, at);
    if (!isPageAnon(map, pfn) || map.mapcount[pfn] !== 1) return false;
  }
  return true;
}
