/**
 * What keeps a stack away from what lies below it (SPEC §9.4, L14/4).
 *
 *    el6      its own lowest page, which is never used, and which maps hides: a fault there makes
 *             the stack a page longer
 *    rhel7    a gap of 256 pages, asked for when the stack grows, unless what lies below is a stack
 *             too, or gives no access
 *    v4.4     its own lowest page
 *    v4.14    a gap of 256 pages
 */
import { backported, M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type StackGuard = MmRules["stackGuard"];

export const stackGuard: Rule<StackGuard> = {
  decides: "what keeps a stack away from what lies below",
  answers: backported(
    { does: "its own lowest page", by: { ownPages: 1, gapPages: 0 }, source: "SPEC §9.4" },
    { does: "a gap of 256 pages", by: { ownPages: 0, gapPages: 256 }, source: "M26" },
    { source: "L14/4", first: "4.12" },
  ),
  read: M26_COLUMNS,
};
