/** Files of a history are in the page cache before anything maps them, on both sides. */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import type { OpenFile } from "@forkpath/mm";

/**
 * The file's pages from `from` on are used by a process of its own, which is gone then.
 * @param from how many pages are there already: holes among them stay holes
 */
export function fillCache(kernel: Kernel, { file }: Pick<OpenFile, "file">, from: number): void {
  if (file.sizePages <= from || file.mmap !== null) return;
  const pid = kernel.createProcess({ comm: "filler" });
  const open = { file, isReadable: true, isWritable: true };
  const len = (file.sizePages - from) * PAGE_SIZE;
  const prot = Prot.READ | Prot.WRITE;
  const addr = kernel.mmap(pid, { len, open, prot, flags: MapFlag.SHARED, pgoff: from });
  if (file.isShmem) kernel.write(pid, addr, len);
  else kernel.read(pid, addr, len);
  kernel.exitGroup(pid);
  kernel.wait(1, pid);
}
