/**
 * The totals of an address space (total_vm and its parts) are copied at fork: which, and when
 * (SPEC §5.5, L5/3, M20/2).
 *
 *    since    when                                             which
 *    el6      with the struct, without mmap_sem (D36, torn)    total, shared, exec, stack, reserved
 *    v4.4     under both mmap_sems                             the same
 *    v4.14    under both mmap_sems                             total, data, exec, stack
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { MmUsage } from "@forkpath/mm";
import type { ForkRules } from "../types.ts";

type Totals = ForkRules["totals"];

const BY_FILE: readonly (keyof MmUsage)[] = [
  "totalVm",
  "sharedVm",
  "execVm",
  "stackVm",
  "reservedVm",
];
const BY_FLAGS: readonly (keyof MmUsage)[] = ["totalVm", "dataVm", "execVm", "stackVm"];

export const totals: Rule<Totals> = {
  decides: "when fork copies the totals of an address space",
  answers: [
    {
      since: "el6",
      does: "with the struct, before mmap_sem is taken",
      by: { copied: "with the struct", fields: BY_FILE },
      source: "SPEC §5.5",
    },
    {
      since: "v4.4",
      does: "under both mmap_sems",
      by: { copied: "under the locks", fields: BY_FILE },
      source: "M26",
      first: "3.17",
    },
    {
      since: "v4.14",
      does: "under both mmap_sems, data_vm among them",
      by: { copied: "under the locks", fields: BY_FLAGS },
      source: "L5/3",
      first: "4.5",
    },
  ],
  read: M26_COLUMNS,
};
