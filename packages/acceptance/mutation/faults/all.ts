/** Every fault, from the bottom of the house up. */
import type { Fault } from "../fault.ts";
import { COUNTERS_FAULTS } from "./counters.ts";
import { FORK_FAULTS } from "./fork.ts";
import { EXEC_FAULTS } from "./fork-exec.ts";
import { KERNEL_FAULTS } from "./kernel.ts";
import { MM_AREA_FAULTS } from "./mm-area.ts";
import { MM_CALL_FAULTS } from "./mm-call.ts";
import { MM_COPY_FAULTS } from "./mm-copy.ts";
import { MM_FAULT_FAULTS } from "./mm-fault.ts";
import { MM_HUGE_FAULTS } from "./mm-huge.ts";
import { MM_RARE_FAULTS } from "./mm-rare.ts";
import { MM_SHMEM_FAULTS } from "./mm-shmem.ts";
import { MM_STEP_FAULTS } from "./mm-steps.ts";
import { PAGE_TABLE_FAULTS } from "./page-table.ts";
import { PREDICT_FAULTS } from "./predict.ts";
import { RMAP_FAULTS } from "./rmap.ts";
import { SWAP_FAULTS } from "./swap.ts";

export const ALL_FAULTS: readonly Fault[] = [
  ...COUNTERS_FAULTS,
  ...PAGE_TABLE_FAULTS,
  ...SWAP_FAULTS,
  ...RMAP_FAULTS,
  ...MM_COPY_FAULTS,
  ...MM_FAULT_FAULTS,
  ...MM_AREA_FAULTS,
  ...MM_CALL_FAULTS,
  ...MM_STEP_FAULTS,
  ...MM_HUGE_FAULTS,
  ...MM_RARE_FAULTS,
  ...MM_SHMEM_FAULTS,
  ...FORK_FAULTS,
  ...EXEC_FAULTS,
  ...KERNEL_FAULTS,
  ...PREDICT_FAULTS,
];
