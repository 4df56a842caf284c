/**
 * The parent of the demo: a server whose pages are of every kind that fork tells apart.
 *
 *    program   text that it has run, a stack
 *    heap      written pages, one that was only read, three swapped out, two on the move
 *    base      a private mapping of a file: pages of the file, and one copy of its own
 *    base      a shared mapping of the same file
 *    zero      shared anonymous memory, which is a file too
 */
import { type KernelName, MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { createKernel, type Kernel } from "@forkpath/kernel";

export interface Story {
  readonly kernel: Kernel;
  /** Pid of the parent. */
  readonly parent: number;
}

const PROGRAM = "/usr/sbin/server";
const DATABASE = "/var/lib/base";
/** Pages of the heap, from its start on, that reclaim takes, and that compaction then moves. */
const SWAPPED = { first: 6, pages: 3 };
const MIGRATING = { first: 9, pages: 2 };

/** @throws Error when a step fails, which with that much memory none does */
export function tellStory(release: KernelName = "el6"): Story {
  const kernel = createKernel({ kernel: release, memoryPages: 4096, swap: [{ pages: 256 }] });
  const parent = kernel.createProcess({ comm: "server" });
  const image = { textPages: 8, dataPages: 4, bssPages: 4 };
  must(kernel.execve(parent, { path: PROGRAM, ...image, argv: ["server"] }));
  const text = kernel.process(parent).memory?.vmas[0].start ?? 0;
  kernel.touch(parent, text, "r r r");

  const heap = map(kernel, parent, "W W W W r - W W W W W W");
  const open = kernel.openFile(DATABASE, { sizePages: 32 });
  map(kernel, parent, "r r W r - -", { open, flags: MapFlag.PRIVATE });
  map(kernel, parent, "W r W -", { open, flags: MapFlag.SHARED, pgoff: 8 });
  map(kernel, parent, "W W r -", { flags: MapFlag.SHARED | MapFlag.ANONYMOUS });

  const start = heap + SWAPPED.first * PAGE_SIZE;
  kernel.reclaim(parent, { start, end: start + SWAPPED.pages * PAGE_SIZE });
  kernel.migrateBegin(parent, heap + MIGRATING.first * PAGE_SIZE, MIGRATING.pages * PAGE_SIZE);
  return { kernel, parent };
}

/** Maps a page for each letter, and touches those that are W or r. */
function map(
  kernel: Kernel,
  pid: number,
  letters: string,
  options: Omit<Parameters<Kernel["mmap"]>[1], "len"> = {},
): number {
  const len = letters.split(" ").length * PAGE_SIZE;
  const addr = must(kernel.mmap(pid, { ...options, len }));
  kernel.touch(pid, addr, letters);
  return addr;
}

function must(answer: number): number {
  if (answer < 0) throw new Error(`the demo's machine answered ${answer}`);
  return answer;
}
