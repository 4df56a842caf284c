/**
 * Where a fork notices a signal to the task that forks (SPEC §6.3/32, L4/3, L4/5, L5/1, L5/5 c).
 *
 *    since    before anything    waiting for mmap_sem    before each area    before it is visible
 *    el6      -                  -                       -                   any signal (D11)
 *    v4.14    -                  a kill                  -                   any signal (D11)
 *    v5.4     any signal         a kill                  a kill              a kill
 *
 * D11, the copy thrown away: with a timer that is faster than the copy, fork never ends. What
 * dup_mmap answers becomes -ENOMEM in copy_mm (D41).
 */
import { Errno, type Rule } from "@forkpath/abi";
import type { ForkRules, TaskStruct } from "../types.ts";

type Signals = ForkRules["signals"];

const restart = ({ hasPendingSignal }: TaskStruct): number =>
  hasPendingSignal ? -Errno.ERESTARTNOINTR : 0;
const killed = ({ isKilled }: TaskStruct): number => (isKilled ? -Errno.EINTR : 0);

const LAST: Signals = { first: null, atLock: null, beforeArea: null, last: restart };

export const signals: Rule<Signals> = {
  decides: "where a fork notices a signal",
  answers: [
    { since: "el6", does: "after the whole copy", by: LAST, source: "SPEC §6.3/32" },
    {
      since: "v4.14",
      does: "after the whole copy; a kill while it waits for mmap_sem",
      by: { ...LAST, atLock: killed },
      source: "M26",
      first: "4.7",
    },
    {
      since: "v5.4",
      does: "before the copy; a kill throughout",
      by: { first: restart, atLock: killed, beforeArea: killed, last: killed },
      source: "L4/3",
      first: "4.19",
    },
  ],
};
