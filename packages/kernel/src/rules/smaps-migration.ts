/**
 * Where smaps counts a page that is on its way to another frame (SPEC §10.5, M12/3, M26).
 *
 *    since    in     of it                              as
 *    el6      Swap   all                                -
 *    v3.10    Rss    the share of one of its mappings   private, unless it has others
 *    v5.19    Rss    all                                private
 *    v6.12    Rss    all                                shared
 *
 * While it moves nothing maps it, so that 3.10's share is all of it, too. On el6 Swap has whatever
 * is neither present nor empty: poison as well (D19); later the slots of swap alone.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

export const smapsMigration: Rule<ProcRules["smapsMigration"]> = {
  decides: "where smaps counts a page that migrates",
  answers: [
    { since: "el6", does: "as swap", by: "swap", source: "SPEC §10.5" },
    { since: "v3.10", does: "in Rss, by its mapcount", by: "by mapcount", source: "M26" },
    { since: "v5.19", does: "in Rss, as private", by: "private", source: "M26", first: "5.18" },
    { since: "v6.12", does: "in Rss, as shared", by: "shared", source: "M12/3" },
  ],
  read: M26_COLUMNS,
};
