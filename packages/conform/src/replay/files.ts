/** Files of a history: made before its first call, and all in the page cache unless sparse. */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import type { OpenFile } from "@forkpath/mm";
import { PageFlag } from "@forkpath/rmap";
import { NotModelled } from "./outcome.ts";

export interface RecordedFile {
  readonly name: string;
  readonly open: OpenFile;
  /** `tmpfs`, `exe` and the like. */
  readonly kind: string;
  /** Pages: of a file its length, of a program its data and its bss. */
  readonly numbers: readonly number[];
  readonly options: readonly string[];
}

const ON_DISK = ["disk", "exe", "junk"];
const IN_MEMORY = ["tmpfs", "memfd"];
/** What a program has before its data: a header, and a page of code. */
const BEFORE_DATA = 2;

/**
 * Makes the file of a line such as `f0 tmpfs 64 sparse`. Pages of one in memory are dirty, those of
 * one on disk are clean.
 */
export function createFile(kernel: Kernel, line: string): RecordedFile {
  const [name, kind, ...words] = line.split(" ");
  const numbers = words.map(Number).filter((number) => !Number.isNaN(number));
  const options = words.slice(numbers.length);
  const isShmem = IN_MEMORY.includes(kind) || options.includes("tmpfs");
  if (!isShmem && !ON_DISK.includes(kind)) throw new NotModelled(`a file of kind ${kind}`);
  const sizePages = numbers[0] + (kind === "exe" ? BEFORE_DATA : 0);
  const open = kernel.openFile(name, { sizePages, isShmem });
  if (sizePages > 0 && !options.includes("sparse")) fill(kernel, open, sizePages * PAGE_SIZE);
  return { name, open, kind, numbers, options };
}

/** Lets a process of its own touch every page of the file. */
function fill(kernel: Kernel, open: OpenFile, len: number): void {
  const pid = kernel.createProcess({ comm: "filler" });
  const addr = kernel.mmap(pid, { len, open, prot: Prot.READ | Prot.WRITE, flags: MapFlag.SHARED });
  if (open.file.isShmem) kernel.write(pid, addr, len);
  else kernel.read(pid, addr, len);
  kernel.exitGroup(pid);
  kernel.wait(1, pid);
  forgetUse(kernel, open);
}

/** The recorder wrote the files with write(2): that marks pages of shmem as used, and no others. */
function forgetUse({ machine }: Kernel, { file }: OpenFile): void {
  const { flags } = machine.mm.map;
  const mark = file.isShmem ? PageFlag.REFERENCED : 0;
  for (const pfn of file.pages.values()) {
    flags[pfn] = (flags[pfn] & ~(PageFlag.REFERENCED | PageFlag.ACTIVE)) | mark;
  }
}
