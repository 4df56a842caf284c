/** Files of a history: made before its first call, and all in the page cache unless sparse. */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import type { OpenFile } from "@forkpath/mm";
import { NotModelled } from "./outcome.ts";

export interface RecordedFile {
  readonly name: string;
  readonly open: OpenFile;
}

const ON_DISK = "disk";
const IN_MEMORY = ["tmpfs", "memfd"];

/**
 * Makes the file of a line such as `f0 tmpfs 64 sparse`. Pages of one in memory are dirty, those of
 * one on disk are clean.
 */
export function createFile(kernel: Kernel, line: string): RecordedFile {
  const [name, kind, size, ...options] = line.split(" ");
  const isShmem = IN_MEMORY.includes(kind);
  if (!isShmem && kind !== ON_DISK) throw new NotModelled(`a file of kind ${kind}`);
  const open = kernel.openFile(name, { sizePages: Number(size), isShmem });
  if (Number(size) > 0 && !options.includes("sparse")) fill(kernel, open, Number(size) * PAGE_SIZE);
  return { name, open };
}

/** Lets a process of its own touch every page of the file. */
function fill(kernel: Kernel, open: OpenFile, len: number): void {
  const pid = kernel.createProcess({ comm: "filler" });
  const addr = kernel.mmap(pid, { len, open, prot: Prot.READ | Prot.WRITE, flags: MapFlag.SHARED });
  if (open.file.isShmem) kernel.write(pid, addr, len);
  else kernel.read(pid, addr, len);
  kernel.exitGroup(pid);
  kernel.wait(1, pid);
}
