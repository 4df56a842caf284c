/**
 * The lock around exec's charge for argument pages, on the mm that the caller still has
 * (SPEC §7.2).
 *
 *    since    non-split build                   split build
 *    el6      none, as shipped: D1, the lost    none: the counters are atomic
 *             update; page_table_lock, cured
 *    v3.10    none: the counters are atomic     none
 *
 * As shipped el6 asks whether USE_SPLIT_PTLOCKS is defined, and it always is (SPEC §1.1/4).
 */
import type { Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type ArgLock = ForkRules["argLock"];

const none: ArgLock = () => null;
const pageTableLock: ArgLock = ({ splitPtlocks }, mm) => (splitPtlocks ? null : mm.pageTableLock);

export const argLock: Rule<ArgLock> = {
  decides: "which lock exec's charge for argument pages takes",
  answers: [
    { since: "el6", does: "none, though the counters may be plain", by: none, source: "SPEC §7.2" },
    { since: "v3.10", does: "none: the counters need none", by: none, source: "L27" },
  ],
  cures: { D1: { does: "page_table_lock, where the counters are plain", by: pageTableLock } },
};
