/**
 * The loaded process forks, as glibc's fork does it: the model's own fork, and then the one page
 * that the kernel writes for the child before it runs (predict.md C8).
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { findEntryCell, type MmStruct, vmaPages } from "@forkpath/mm";
import { isPtePresent, NO_CELL, pfnAt, pteLow } from "@forkpath/page-table";
import { isPageAnon, isPageHuge } from "@forkpath/rmap";
import type { LoadedArea, Loading } from "../load/loading.ts";
import type { CapturedArea } from "../types.ts";

/** Storage of threads is small, what a program has mapped there is not. */
const MOST_TLS_PAGES = 64;
/** Pages of an area that are looked at, from its end down. */
const MOST_LOOKS = 65_536;

export interface Forked {
  readonly pid: number;
  readonly mm: MmStruct;
}

/**
 * Forks once more.
 * @returns the child, or a negative errno
 */
export function forkOnce(load: Loading): Forked | number {
  const pid = load.kernel.fork(load.pid);
  if (pid < 0) return pid;
  const page = threadIdPage(load);
  if (page !== undefined) load.kernel.write(pid, page);
  return { pid, mm: load.kernel.machine.fork.tasks.get(pid)?.mm as MmStruct };
}

/**
 * Where the thread descriptor of the forking thread lies, which holds its id: the kernel writes the
 * child's there (CLONE_CHILD_SETTID). /proc does not tell. In a dynamic program of glibc's it is a
 * small piece of unnamed memory right below the lowest library that was loaded at start, or part of
 * the zeroed end of the library below; in a static program it is on the heap. Any page that is the
 * process's alone gives the right sums; only the rows of two areas depend on which.
 */
function threadIdPage(load: Loading): number | undefined {
  const { areas } = load;
  const below = areas.filter((area, at) => isBelowLibrary(area, areas[at + 1]));
  const isTail = (area: LoadedArea): boolean =>
    isTailOfLibrary(area, areas[areas.indexOf(area) - 1]);
  const apart = below.filter((area) => vmaPages(area.vma) <= MOST_TLS_PAGES && !isTail(area));
  const bySize = below.toSorted((one, other) => vmaPages(other.vma) - vmaPages(one.vma));
  const heap = areas.filter(({ captured }) => captured.name === "[heap]");
  const writable = areas.filter(({ vma }) => (vma.flags & VmFlag.WRITE) !== 0);
  for (const area of [...apart, ...bySize, ...heap, ...writable]) {
    const page = lonePage(load, area);
    if (page !== undefined) return page;
  }
  return undefined;
}

const isLibrary = ({ name }: CapturedArea): boolean => /\.so(\.|$)/.test(name);

function isBelowLibrary({ captured }: LoadedArea, next: LoadedArea | undefined): boolean {
  if (captured.name !== "" || !captured.perms.startsWith("rw-p")) return false;
  return next !== undefined && next.captured.start === captured.end && isLibrary(next.captured);
}

/** The zeroed end of a library's data goes on where its file ends. */
function isTailOfLibrary({ captured }: LoadedArea, previous: LoadedArea | undefined): boolean {
  if (previous === undefined || previous.captured.end !== captured.start) return false;
  return isLibrary(previous.captured) && previous.captured.perms.startsWith("rw");
}

/**
 * The last small page of the area that only this process maps, before the fork and a copy of it.
 */
function lonePage({ env, mm }: Loading, area: LoadedArea): number | undefined {
  if (!area.isCopied || area.isShared || area.once.anon + area.once.marked === 0) return undefined;
  const { end } = area.vma;
  const start = Math.max(area.vma.start, end - MOST_LOOKS * PAGE_SIZE);
  for (let addr = end - PAGE_SIZE; addr >= start; addr -= PAGE_SIZE) {
    const cell = findEntryCell(env, mm, addr);
    if (cell === NO_CELL) continue;
    const low = pteLow(env.tables, cell);
    if (!isPtePresent(low)) continue;
    const pfn = pfnAt(env.tables, cell);
    if (isPageAnon(env.map, pfn) && !isPageHuge(env.map, pfn) && env.map.mapcount[pfn] === 2) {
      return addr;
    }
  }
  return undefined;
}
