/**
 * Which mappings MADV_REMOVE takes: VmFlag bits that a mapping must have, else it is -EACCES.
 *
 *    el6      shared, and writable now
 *    v6.12    shared, and such that it may be made writable (recorded: a live 6.18)
 */
import { type Rule, VmFlag } from "@forkpath/abi";

export const removesFrom: Rule<number> = {
  decides: "which mappings MADV_REMOVE takes",
  answers: [
    {
      since: "el6",
      does: "shared ones, writable now (there is no such advice in the model's el6)",
      by: VmFlag.SHARED | VmFlag.WRITE,
      source: "L22",
    },
    {
      since: "v6.12",
      does: "shared ones that may be made writable",
      by: VmFlag.SHARED | VmFlag.MAYWRITE,
      source: "recorded: live 6.18.44",
      first: "6.7",
    },
  ],
};
