/** What /proc tells, where releases differ. */
import type { VmFlagName } from "@forkpath/abi";
import type { MmStruct } from "@forkpath/mm";

/** What one release answers. */
export interface ProcRules {
  /** VmData, in pages. @kernel task_mem in fs/proc/task_mmu.c */
  readonly statusData: (mm: MmStruct) => number;
  /** The sixth number of statm, in pages. @kernel task_statm in fs/proc/task_mmu.c */
  readonly statmData: (mm: MmStruct) => number;
  /** What comes of a 5 written to clear_refs. @kernel clear_refs_write in fs/proc/task_mmu.c */
  readonly peakReset: "refused" | "done";
  /** Where smaps counts a page that migrates. @kernel smaps_pte_entry in fs/proc/task_mmu.c */
  readonly smapsMigration: "swap" | "by mapcount" | "private" | "shared";
  /** Does Swap have swapped pages of shared memory? @kernel shmem_swap_usage in mm/shmem.c */
  readonly smapsShmem: boolean;
  /** The lowest page of a stack, in maps. @kernel show_map_vma in fs/proc/task_mmu.c */
  readonly guardPage: "hidden" | "shown";
  /** VmExe, in bytes; VmLib is what it leaves of exec_vm. @kernel task_mem in fs/proc/task_mmu.c */
  readonly statusText: (mm: MmStruct) => number;
  /** VmPTE, in tables. @kernel task_mem in fs/proc/task_mmu.c */
  readonly statusTables: (mm: MmStruct) => number;
  /** Flags and their letters, in the order of smaps. @kernel show_smap_vma_flags */
  readonly vmFlagCodes: readonly (readonly [flag: VmFlagName, letters: string])[];
}
