/**
 * Truncation, the part that mm sees: pages of a file go from wherever they are mapped (SPEC §8.5).
 *
 *                        even_cows = 0       even_cows = 1
 *    the file's page     gone                gone
 *    private copy        stays               gone
 *    swap, migration     stays               gone
 *
 * It finds the areas through the file, under i_mmap_lock and without any mmap_sem: a process in
 * the middle of fork loses entries between two lock holds of copy_pte_range (D15).
 */
import { expectInteger, PAGE_SIZE, type VirtAddr, virtAddr } from "@forkpath/abi";
import {
  condResched,
  holding,
  type KernelThread,
  needResched,
  spinLock,
  spinNeedbreak,
  spinUnlock,
  stopToAsk,
} from "@forkpath/sync";
import { vmaPages } from "../area/list.ts";
import type { MappedFile, MmEnv, Vma } from "../types.ts";
import { zapPageRange } from "./unmap-vmas.ts";

const WHERE = "unmap_mapping_range";

/** One truncation. */
interface Truncation {
  readonly file: MappedFile;
  /** Pages of the file that go: indices, half-open. */
  readonly first: number;
  readonly end: number;
  /** An area whose `truncateCount` is this is done. */
  readonly mark: number;
  /** Null for all that is mapped there. */
  readonly checkMapping: MappedFile | null;
  /** Where to go on in the area that was left half done, in bytes. */
  restart: number | null;
}

/**
 * Unmaps `pages` pages of `file` from page `first` on.
 * @param pages 0 for all up to the end
 * @param evenCows also private copies, and what is swapped out of them
 * @throws RangeError or TypeError unless both are non-negative integers
 * @kernel unmap_mapping_range in mm/memory.c
 * @deviates Visits areas in the order of mapping; the kernel's prio tree has an order of its own.
 */
export function* unmapMappingRange(
  env: MmEnv,
  file: MappedFile,
  first: number,
  pages: number,
  evenCows: boolean,
): KernelThread<void> {
  expectInteger("unmapMappingRange", "first", first, 0, 2 ** 52);
  expectInteger("unmapMappingRange", "pages", pages, 0, 2 ** 52);
  const end = pages === 0 ? Number.POSITIVE_INFINITY : first + pages;
  const checkMapping = evenCows ? null : file;
  yield* holding(env.sync, file.iMmapLock, WHERE, truncate(env, file, first, end, checkMapping));
}

/** Requires the file's i_mmap_lock, which it lets go for a while when asked to. */
function* truncate(
  env: MmEnv,
  file: MappedFile,
  first: number,
  end: number,
  checkMapping: MappedFile | null,
): KernelThread<void> {
  const mark = ++file.truncateCount;
  const truncation: Truncation = { file, first, end, mark, checkMapping, restart: null };
  // Again after a break: an area may have been moved in behind the walk meanwhile.
  while (yield* unmapFromAll(env, truncation, file.iMmap));
  while (yield* unmapFromAll(env, truncation, file.iMmapNonlinear));
}

/** One walk over the areas that are not done. @returns whether the lock was let go in between */
function* unmapFromAll(
  env: MmEnv,
  truncation: Truncation,
  vmas: ReadonlySet<Vma>,
): KernelThread<boolean> {
  const { first, end, mark } = truncation;
  const isLinear = vmas === truncation.file.iMmap;
  let hadBreak = false;
  for (const vma of vmas) {
    const overlaps = vma.pgoff < end && vma.pgoff + vmaPages(vma) > first;
    if (vma.truncateCount === mark || (isLinear && !overlaps)) continue;
    do {
      hadBreak = (yield* unmapFrom(env, truncation, vma)) || hadBreak;
    } while (truncation.restart !== null && vmas.has(vma));
    truncation.restart = null;
  }
  return hadBreak;
}

/**
 * Unmaps what one area maps of the range, or a part of it if others want the CPU or the lock.
 * @returns whether the lock was let go, and taken again
 * @kernel unmap_mapping_range_vma in mm/memory.c
 */
function* unmapFrom(env: MmEnv, truncation: Truncation, vma: Vma): KernelThread<boolean> {
  const { sync } = env;
  const { file, first, end, mark, checkMapping } = truncation;
  const nonlinearVma = file.iMmapNonlinear.has(vma) ? vma : null;
  const details = {
    checkMapping,
    nonlinearVma,
    firstIndex: first,
    lastIndex: end - 1,
    keepsGuards: true,
  };
  const [start, stop] = nonlinearVma === null ? rangeIn(vma, first, end) : [vma.start, vma.end];
  const from = Math.max(truncation.restart ?? start, start);
  const reached = yield* zapPageRange(env, vma, virtAddr(from), stop, details, file.iMmapLock);
  truncation.restart = reached < stop ? reached : null;
  if (truncation.restart === null) vma.truncateCount = mark;
  yield* stopToAsk(sync, file.iMmapLock);
  if (!needResched(sync) && !spinNeedbreak(sync, file.iMmapLock)) return false;
  yield* spinUnlock(sync, file.iMmapLock, WHERE);
  yield* condResched(sync);
  yield* spinLock(sync, file.iMmapLock, WHERE);
  return true;
}

/** Where `vma` maps the pages [first, end) of its file, in bytes. */
function rangeIn(vma: Vma, first: number, end: number): readonly [VirtAddr, VirtAddr] {
  const address = (index: number): VirtAddr =>
    virtAddr(vma.start + (index - vma.pgoff) * PAGE_SIZE);
  const last = vma.pgoff + vmaPages(vma);
  return [address(Math.max(first, vma.pgoff)), address(Math.min(end, last))];
}
