/**
 * Which advice madvise knows (M26, L22). Any other is -EINVAL.
 *
 *    since     new
 *    v4.14     FREE (4.5), WIPEONFORK, KEEPONFORK
 *    v5.4      COLD, PAGEOUT
 *    v5.14     POPULATE_READ, POPULATE_WRITE
 *    v5.19     DONTNEED_LOCKED
 *    v6.1      COLLAPSE
 *    v6.18     GUARD_INSTALL, GUARD_REMOVE (6.13)
 *
 * REMOVE is older than el6; the model has it from 3.10 on.
 */
import { Madvise, type Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type Advices = MmRules["advices"];

const { FREE, WIPEONFORK, KEEPONFORK, COLD, PAGEOUT, POPULATE_READ, POPULATE_WRITE } = Madvise;
const { REMOVE, DONTNEED_LOCKED, COLLAPSE, GUARD_INSTALL, GUARD_REMOVE } = Madvise;
const LATER: ReadonlySet<number> = new Set([
  ...[FREE, WIPEONFORK, KEEPONFORK, COLD, PAGEOUT, POPULATE_READ, POPULATE_WRITE],
  ...[REMOVE, DONTNEED_LOCKED, COLLAPSE, GUARD_INSTALL, GUARD_REMOVE],
]);
const OLD: Advices = new Set(Object.values(Madvise).filter((advice) => !LATER.has(advice)));

const and = (known: Advices, ...more: number[]): Advices => new Set([...known, ...more]);
const OF_3_10 = and(OLD, REMOVE);
const OF_RHEL7 = and(OF_3_10, WIPEONFORK, KEEPONFORK);
const OF_4_14 = and(OF_RHEL7, FREE);
const OF_5_4 = and(OF_4_14, COLD, PAGEOUT);
const OF_5_14 = and(OF_5_4, POPULATE_READ, POPULATE_WRITE);
const OF_5_19 = and(OF_5_14, DONTNEED_LOCKED);
const OF_6_1 = and(OF_5_19, COLLAPSE);
const OF_6_18 = and(OF_6_1, GUARD_INSTALL, GUARD_REMOVE);

export const advices: Rule<Advices> = {
  decides: "which advice madvise knows",
  answers: [
    { since: "el6", does: "that of 2.6.38, but for REMOVE", by: OLD, source: "SPEC §5.1" },
    { since: "v3.10", does: "REMOVE", by: OF_3_10, source: "L22" },
    { since: "rhel7", does: "WIPEONFORK and KEEPONFORK too", by: OF_RHEL7, source: "M26" },
    { since: "v4.4", does: "no WIPEONFORK, no KEEPONFORK", by: OF_3_10, source: "M26" },
    { since: "v4.14", does: "FREE, WIPEONFORK, KEEPONFORK", by: OF_4_14, source: "M26" },
    { since: "v5.4", does: "COLD and PAGEOUT too", by: OF_5_4, source: "L22" },
    { since: "v5.14", does: "POPULATE_READ, POPULATE_WRITE too", by: OF_5_14, source: "L22" },
    { since: "v5.19", does: "DONTNEED_LOCKED too", by: OF_5_19, source: "L22/2", first: "5.18" },
    { since: "v6.1", does: "COLLAPSE too", by: OF_6_1, source: "M24/9" },
    { since: "v6.18", does: "guard pages too", by: OF_6_18, source: "L22/5", first: "6.13" },
  ],
};
