/**
 * Makes an mm_struct: an address space with nothing in it (SPEC §5.3).
 */
import { createMmCounters } from "@forkpath/counters";
import { createPageTableLock } from "@forkpath/page-table";
import { createMmListNode } from "@forkpath/swap";
import { createRwSem } from "@forkpath/sync";
import type { MmEnv, MmLayout, MmStruct } from "../types.ts";

/** Where mmap looks first, in a layout without randomisation. Bytes. */
export const MMAP_BASE = 0x7ffff7ffd000;

const emptyLayout = (): MmLayout => ({
  startCode: 0,
  endCode: 0,
  startData: 0,
  endData: 0,
  startBrk: 0,
  brk: 0,
  startStack: 0,
  argStart: 0,
  argEnd: 0,
  envStart: 0,
  envEnd: 0,
  mmapBase: MMAP_BASE,
});

/**
 * A zeroed struct without a page directory: what the slab cache hands to mm_alloc and dup_mm.
 * The caller has asked the allocation gate, and calls mm_init next.
 * @kernel allocate_mm in kernel/fork.c
 */
export function allocateMm(env: MmEnv, name: string = `mm${env.nextMmId}`): MmStruct {
  const id = env.nextMmId++;
  const mm: MmStruct = {
    id,
    name,
    pgd: 0,
    nrPtes: 0,
    nrPmds: 0,
    nrPuds: 0,
    pageTableLock: createPageTableLock(name),
    mmapSem: createRwSem("mmap_sem", name),
    pmdHugePte: [],
    collapses: 0,
    swapoffs: 0,
    mmlist: createMmListNode(null, name),
    counters: createMmCounters({
      split: env.splitPtlocks,
      name,
      design: env.counterRules.design,
      nrCpus: env.nrCpus,
    }),
    mmUsers: 0,
    mmCount: 0,
    usage: { totalVm: 0, sharedVm: 0, execVm: 0, stackVm: 0, reservedVm: 0, dataVm: 0 },
    layout: emptyLayout(),
    lockedVm: 0,
    defFlags: 0,
    flags: 0,
    vmas: [],
    mapCount: 0,
    freeAreaCache: 0,
    cachedHoleSize: 0,
    exeFile: null,
    numExeFileVmas: 0,
    coreState: false,
    binfmt: null,
    tokenPriority: 0,
    lastInterval: 0,
    oomDisableCount: 0,
  };
  mm.mmlist.mm = mm;
  return mm;
}
