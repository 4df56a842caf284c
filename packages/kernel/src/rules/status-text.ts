/**
 * What VmExe counts, and so what VmLib has left (SPEC §10.1, M8.2).
 *
 *    since    VmExe                                  VmLib
 *    el6      the text of the program                less than 0 if exec_vm is smaller: D18
 *    v6.1     the same, but exec_vm at most          0 at least
 */
import { PAGE_SIZE, pageAlignDown, pageAlignUp, type Rule } from "@forkpath/abi";
import type { MmStruct } from "@forkpath/mm";
import type { ProcRules } from "./types.ts";

const textOf = ({ layout }: MmStruct): number =>
  pageAlignUp(layout.endCode) - pageAlignDown(layout.startCode);

export const statusText: Rule<ProcRules["statusText"]> = {
  decides: "what VmExe counts",
  answers: [
    { since: "el6", does: "the text of the program", by: textOf, source: "SPEC §10.1" },
    {
      since: "v6.1",
      does: "the text, as far as exec_vm goes",
      by: (mm) => Math.min(textOf(mm), mm.usage.execVm * PAGE_SIZE),
      source: "M8.2",
    },
  ],
};
