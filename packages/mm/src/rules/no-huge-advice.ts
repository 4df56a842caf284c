/**
 * Which areas take no advice about huge pages: VmFlag bits that end it in -EINVAL (SPEC §2.13).
 *
 *    el6      those of drivers, and what is shared
 *    v4.14    those of drivers: shared memory can have huge pages (recorded: a live 6.18)
 */
import type { Rule } from "@forkpath/abi";
import { VM_NO_THP, VM_SHAREABLE } from "../area/flags.ts";

export const noHugeAdvice: Rule<number> = {
  decides: "which areas take no advice about huge pages",
  answers: [
    { since: "el6", does: "drivers' and shared ones", by: VM_NO_THP, source: "SPEC §2.13" },
    {
      since: "v4.14",
      does: "drivers' ones",
      by: VM_NO_THP & ~VM_SHAREABLE,
      source: "recorded: live 6.18.44",
      first: "4.8",
    },
  ],
};
