/**
 * What fork answers when no process number is free (SPEC §6.3/27, L4/6).
 *
 *    el6     -ENOMEM, as if memory were short (D35)
 *    v4.4    -EAGAIN
 */
import { Errno, type Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type PidErrno = ForkRules["pidErrno"];

export const pidErrno: Rule<PidErrno> = {
  decides: "what fork answers when no process number is free",
  answers: [
    { since: "el6", does: "-ENOMEM", by: -Errno.ENOMEM, source: "SPEC §6.3" },
    { since: "v4.4", does: "-EAGAIN", by: -Errno.EAGAIN, source: "L4/6", first: "4.0" },
  ],
  cures: { D35: { does: "-EAGAIN", by: -Errno.EAGAIN } },
};
