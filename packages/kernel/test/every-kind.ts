/**
 * A parent that has a page of every kind that fork can meet:
 *
 *    [s]   swapped                     [W z]  written, read
 *    [M]   under migration             [h]    its frame went bad
 *    [W]   locked                      [W]    DONTFORK
 *    [W f] of a file, private          [F -]  of a file, shared
 *    [F -] shared memory               [p -]  a device's frame
 */
import { Madvise, MapFlag, PAGE_SIZE, pfn, VmFlag } from "@forkpath/abi";
import type { Vma } from "@forkpath/mm";
import { allocPteCell, mkPteHigh, mkPteLow, Pte, setPte } from "@forkpath/page-table";
import { runToCompletion } from "@forkpath/sync";
import type { KernelConfig } from "../src/index.ts";
import { createPlay, map, mapFile, type Play, pidOf } from "./stage.ts";

/** What `show` says of P. */
export const EVERY_KIND = "[s] [W z] [M] [h] [W] [W] [W f] [F -] [F -] [p -] (3,5,1)";

export function createEveryKind(build: KernelConfig): Play {
  const play = createPlay(build);
  const { kernel } = play;
  const parent = pidOf(play, "P");
  map(play, "P", "W");
  kernel.reclaim(parent);
  map(play, "P", "W r");
  const migrating = map(play, "P", "W", { prot: 7 });
  const poisoned = map(play, "P", "W");
  const locked = map(play, "P", "W", { prot: 7 });
  const hidden = map(play, "P", "W");
  mapFile(play, "P", "W r");
  mapFile(play, "P", "W -", { flags: MapFlag.SHARED });
  mapFile(play, "P", "r -", { flags: MapFlag.SHARED, isShmem: true });
  mapDevice(play);
  kernel.mlock(parent, locked, PAGE_SIZE);
  kernel.madvise(parent, hidden, PAGE_SIZE, Madvise.DONTFORK);
  kernel.memoryFailure(kernel.frame(parent, poisoned)!);
  kernel.migrateBegin(parent, migrating, PAGE_SIZE);
  return play;
}

/** A driver that maps a frame of its device, which has no page that the kernel counts. */
function mapDevice(play: Play): void {
  const { kernel } = play;
  const open = kernel.openFile("/dev/fb0", { sizePages: 2 });
  open.file.mmap = (vma: Vma) => {
    vma.flags += VmFlag.PFNMAP + VmFlag.IO + VmFlag.DONTEXPAND;
    return 0;
  };
  const addr = map(play, "P", "- -", { flags: MapFlag.SHARED, open });
  const { sync, tables } = kernel.machine.mm;
  const mm = kernel.machine.fork.tasks.get(pidOf(play, "P"))!.mm!;
  const cell = runToCompletion(allocPteCell(sync, tables, mm, addr));
  const flags = Pte.PRESENT | Pte.RW | Pte.USER | Pte.SPECIAL;
  setPte(tables, cell, mkPteLow(pfn(300), flags), mkPteHigh(pfn(300), 0));
}
