/**
 * mm_struct: one address space, its page tables, its counters and its areas (SPEC §0.5/1, §5.3).
 *
 * Counts are pages unless the name says otherwise; addresses are bytes. `vmas` is sorted by
 * address. The struct survives its last user for as long as `mmCount` says (SPEC §5.3).
 */
import { createMmCounters, type MmCounters } from "@forkpath/counters";
import type { TableOwner } from "@forkpath/page-table";
import { createMmListNode, type MmListNode } from "@forkpath/swap";
import { createRwSem, createSpinLock, type RwSem, type SpinLock } from "@forkpath/sync";
import type { MmEnv } from "./env.ts";
import type { MappedFile } from "./file.ts";
import type { Vma } from "./vma.ts";

/** Where mmap looks first, in a layout without randomisation. Bytes. */
export const MMAP_BASE = 0x7ffff7ffd000;

/** Usage in pages, maintained by whoever maps and unmaps. dup_mm copies it unlocked (D36). */
export interface MmUsage {
  totalVm: number;
  sharedVm: number;
  execVm: number;
  stackVm: number;
  reservedVm: number;
}

/** Where the program image lies, for /proc and brk. Bytes. */
export interface MmLayout {
  startCode: number;
  endCode: number;
  startData: number;
  endData: number;
  startBrk: number;
  brk: number;
  startStack: number;
  argStart: number;
  argEnd: number;
  envStart: number;
  envEnd: number;
  mmapBase: number;
}

export interface MmStruct extends TableOwner {
  readonly id: number;
  /** Names this mm's locks and counters in traces: `mm3.mm`, `mm3.pt`. */
  readonly name: string;
  pgd: number;
  nrPtes: number;
  readonly pageTableLock: SpinLock;
  readonly ptlName: string;
  readonly mmapSem: RwSem;
  /** Rows of the tables deposited for huge pages, as a ring (SPEC §2.13): see huge/deposit.ts. */
  readonly pmdHugePte: number[];
  /** How many collapses are under way: khugepaged holds the struct, and no user of it. */
  collapses: number;
  readonly mmlist: MmListNode;
  readonly counters: MmCounters;
  mmUsers: number;
  mmCount: number;
  readonly usage: MmUsage;
  readonly layout: MmLayout;
  lockedVm: number;
  defFlags: number;
  /** Dumpable and core-dump filter bits; SPEC §5.4 says which are inherited. */
  flags: number;
  readonly vmas: Vma[];
  mapCount: number;
  freeAreaCache: number;
  cachedHoleSize: number;
  exeFile: MappedFile | null;
  numExeFileVmas: number;
  /** A core dump is in progress. */
  coreState: boolean;
  binfmt: string | null;
  tokenPriority: number;
  lastInterval: number;
  oomDisableCount: number;
}

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
    pageTableLock: createSpinLock("page_table_lock", `${name}.mm`),
    ptlName: `${name}.pt`,
    mmapSem: createRwSem("mmap_sem", `${name}.mmap_sem`),
    pmdHugePte: [],
    collapses: 0,
    mmlist: createMmListNode(null, name),
    counters: createMmCounters({ split: env.splitPtlocks, name }),
    mmUsers: 0,
    mmCount: 0,
    usage: { totalVm: 0, sharedVm: 0, execVm: 0, stackVm: 0, reservedVm: 0 },
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
