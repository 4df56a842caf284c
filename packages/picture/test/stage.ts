/** A machine with one process to look at. */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { createKernel, type Kernel } from "@forkpath/kernel";

export interface Stage {
  readonly kernel: Kernel;
  readonly parent: number;
  /** Start of six pages: two written, one read, one never touched, one swapped, one migrating. */
  readonly heap: number;
}

export function stage(): Stage {
  const kernel = createKernel({ memoryPages: 1024, swap: [{ pages: 16 }] });
  const parent = kernel.createProcess({ comm: "server" });
  const heap = kernel.mmap(parent, { len: 6 * PAGE_SIZE });
  kernel.touch(parent, heap, "W W r - W W");
  kernel.reclaim(parent, { start: heap + 4 * PAGE_SIZE, end: heap + 5 * PAGE_SIZE });
  kernel.migrateBegin(parent, heap + 5 * PAGE_SIZE, PAGE_SIZE);
  const open = kernel.openFile("/srv/data base", { sizePages: 8 });
  const file = kernel.mmap(parent, { len: 2 * PAGE_SIZE, open, flags: MapFlag.SHARED });
  kernel.touch(parent, file, "r -");
  return { kernel, parent, heap };
}
