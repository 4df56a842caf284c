/** Files of a history are in the page cache before anything maps them, on both sides. */
import { MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import type { OpenFile } from "@forkpath/mm";

/** All pages of the file are read by a process of its own, which is gone then. */
export function fillCache(kernel: Kernel, { file }: OpenFile): void {
  if (file.sizePages === file.pages.size || file.mmap !== null) return;
  const pid = kernel.createProcess({ comm: "filler" });
  const open = { file, isReadable: true, isWritable: true };
  const len = file.sizePages * PAGE_SIZE;
  const prot = Prot.READ | Prot.WRITE;
  const addr = kernel.mmap(pid, { len, open, prot, flags: MapFlag.SHARED });
  if (file.isShmem) kernel.write(pid, addr, len);
  else kernel.read(pid, addr, len);
  kernel.exitGroup(pid);
  kernel.wait(1, pid);
}
