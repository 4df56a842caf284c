/**
 * Where pages of shmem and tmpfs count (SPEC §1.5, L0.3/5): with those of files (D33), or apart.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { MmCounter } from "@forkpath/counters";

const AS_FILE = { does: "as file pages", by: MmCounter.FILE_RSS, source: "M26" } as const;
const APART = {
  does: "in a counter of their own",
  by: MmCounter.SHMEM_RSS,
  source: "M26",
} as const;

export const shmemCounter: Rule<MmCounter> = {
  decides: "where pages of shared memory count",
  answers: [
    { since: "el6", ...AS_FILE },
    { since: "rhel7", ...APART },
    { since: "v4.4", ...AS_FILE },
    { since: "v4.14", ...APART, first: "4.5" },
  ],
  read: M26_COLUMNS,
};
