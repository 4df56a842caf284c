/**
 * What VmData counts (SPEC §10.1, M8.2).
 *
 *    since    VmData
 *    el6      total_vm - shared_vm - stack_vm: what is neither of a file nor a stack
 *    v4.14    data_vm: what is private, writable and no stack
 */
import type { Rule } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

export const statusData: Rule<ProcRules["statusData"]> = {
  decides: "what VmData counts",
  answers: [
    {
      since: "el6",
      does: "all but files and stacks",
      by: ({ usage }) => usage.totalVm - usage.sharedVm - usage.stackVm,
      source: "SPEC §10.1",
    },
    {
      since: "v4.14",
      does: "what is private and writable",
      by: ({ usage }) => usage.dataVm,
      source: "M8.2",
      first: "4.5",
    },
  ],
};
