/**
 * What a process looks like at one moment: its status, its areas with a letter for each page, and
 * what its entries lead to.
 */
import { PAGE_SIZE, PMD_SIZE } from "@forkpath/abi";
import type {
  EntryLetter,
  EntryView,
  Kernel,
  MemoryStatus,
  PageView,
  SlotView,
  VmaView,
} from "@forkpath/kernel";
import { memoryName, permissionsOf } from "./area-words.ts";

/** One process, page by page: for small ones. */
export interface ProcessPicture {
  /** Its pid. */
  readonly pid: number;
  /** Name of its address space in traces. */
  readonly mm: string;
  /** Lines of /proc/PID/status that are about memory. */
  readonly status: MemoryStatus;
  /** By rising address. */
  readonly areas: readonly AreaPicture[];
}

/** One area, page by page. */
export interface AreaPicture {
  /** First byte. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** As in /proc/PID/maps: `rw-p`. */
  readonly permissions: string;
  /** Last part of the file's path, or what the memory is for. */
  readonly name: string;
  /** The page map: one letter for each page. */
  readonly letters: readonly EntryLetter[];
  /** Entries that are not none, by rising address; a huge page has one. */
  readonly entries: readonly EntryView[];
}

/** What the entries of a process lead to. */
export interface TargetPicture {
  /** Every page that some entry maps, once. */
  readonly pages: readonly PageView[];
  /** Every swap slot that some entry holds, once. */
  readonly slots: readonly SlotView[];
}

/**
 * @throws RangeError when there is no such task, or it has no memory
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { pictureProcess } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * const pid = kernel.createProcess();
 * const heap = kernel.mmap(pid, { len: 4 * 4096 });
 * kernel.touch(pid, heap, "W - W");
 * console.log(pictureProcess(kernel, pid).areas[0]?.letters.join("")); // W-W-
 * ```
 */
export function pictureProcess(kernel: Kernel, pid: number): ProcessPicture {
  const { memory } = kernel.process(pid);
  if (memory === null) throw new RangeError(`pictureProcess: ${pid} has no memory`);
  const entries = kernel.entries(pid);
  const areas = memory.vmas.map((vma) => pictureArea(entries, vma));
  return { pid, mm: memory.name, status: memory.status, areas };
}

/**
 * Pages and slots that the entries of `of` name, as they are now.
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { pictureProcess, pictureTargets } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * const pid = kernel.createProcess();
 * kernel.write(pid, kernel.mmap(pid, { len: 4096 }));
 * const { pages } = pictureTargets(kernel, pictureProcess(kernel, pid));
 * console.log(pages.length, pages[0]?.mapcount); // 1 1
 * ```
 */
export function pictureTargets(kernel: Kernel, of: ProcessPicture): TargetPicture {
  const entries = of.areas.flatMap((area) => area.entries);
  const frames = entries.flatMap(({ pfn }) => (pfn === undefined ? [] : [pfn]));
  const slots = entries.flatMap(({ slot }) => (slot === undefined ? [] : [slot]));
  return {
    pages: frames.map((frame) => kernel.page(frame)),
    slots: slots.map(({ type, offset }) => kernel.slot(type, offset)),
  };
}

function pictureArea(all: readonly EntryView[], vma: VmaView): AreaPicture {
  const { start, end } = vma;
  const entries = all.filter(({ addr }) => addr >= start && addr < end);
  const letters = new Array<EntryLetter>((end - start) / PAGE_SIZE).fill("-");
  for (const { addr, letter } of entries) {
    const first = (addr - start) / PAGE_SIZE;
    letters.fill(letter, first, first + (letter === "H" ? PMD_SIZE / PAGE_SIZE : 1));
  }
  return { start, end, permissions: permissionsOf(vma), name: memoryName(vma), letters, entries };
}
