/** What /proc tells, where releases differ: one line a rule, in the order of ProcRules. */
import type { RuleBook } from "@forkpath/abi";
import type { MmStruct } from "@forkpath/mm";
import { statusData } from "./status-data.ts";
import { statusText } from "./status-text.ts";

export interface ProcRules {
  /** VmData, in pages. @kernel task_mem in fs/proc/task_mmu.c */
  readonly statusData: (mm: MmStruct) => number;
  /** VmExe, in bytes; VmLib is what it leaves of exec_vm. @kernel task_mem in fs/proc/task_mmu.c */
  readonly statusText: (mm: MmStruct) => number;
}

export const procRules: RuleBook<ProcRules> = { statusData, statusText };
