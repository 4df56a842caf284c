/**
 * The mark of an anonymous page that is its owner's alone (L12): since 5.19 a bit of the page.
 *
 *    set       a new page; swap-in, migration and swapoff that find no sharer; a write in place
 *    cleared   fork, on both sides; swap-out and migration move it into the entry; freeing
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { PageFlag } from "@forkpath/rmap";

export const exclusiveFlag: Rule<number> = {
  decides: "what marks an anonymous page as its owner's alone",
  answers: [
    { since: "el6", does: "nothing", by: 0, source: "SPEC §9.6" },
    { since: "v5.19", does: "AnonExclusive", by: PageFlag.ANON_EXCLUSIVE, source: "L12/2" },
  ],
  read: [...M26_COLUMNS, "v5.19"],
};
