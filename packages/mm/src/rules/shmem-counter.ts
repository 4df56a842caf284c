/**
 * Where pages of shmem and tmpfs count (SPEC §1.5, L0.3/5): with those of files (D33), or apart.
 */
import { backported, M26_COLUMNS, type Rule } from "@forkpath/abi";
import { MmCounter } from "@forkpath/counters";

export const shmemCounter: Rule<MmCounter> = {
  decides: "where pages of shared memory count",
  answers: backported(
    { does: "as file pages", by: MmCounter.FILE_RSS, source: "M26" },
    { does: "in a counter of their own", by: MmCounter.SHMEM_RSS, source: "M26" },
    { first: "4.5" },
  ),
  read: M26_COLUMNS,
};
