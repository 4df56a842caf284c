/**
 * What the sixth number of statm counts (SPEC §10.2, M9/1, M26).
 *
 *    el6      total_vm - shared_vm: what is of no file
 *    v4.14    data_vm + stack_vm
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

export const statmData: Rule<ProcRules["statmData"]> = {
  decides: "what the data of statm counts",
  answers: [
    {
      since: "el6",
      does: "all but files",
      by: ({ usage }) => usage.totalVm - usage.sharedVm,
      source: "SPEC §10.2",
    },
    {
      since: "v4.14",
      does: "what is private and writable, and stacks",
      by: ({ usage }) => usage.dataVm + usage.stackVm,
      source: "M9/1",
      first: "4.5",
    },
  ],
  read: M26_COLUMNS,
};
