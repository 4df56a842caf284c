/**
 * What is kept of the use of a page, where smaps can tell (recorded: m01, l01, k03, d07).
 *
 *    since    get_user_pages                    a fresh anonymous page
 *    el6      left out: nothing shows it        is active
 *    v3.10    marks it as used: `Referenced`    is active, so that it stays marked
 *    v5.10    marks it as used                  is not: its second use makes it so, unmarked; what
 *                                               comes from swap was in use before, and is
 */
import type { Rule } from "@forkpath/abi";

export const gupTouches: Rule<boolean> = {
  decides: "whether getting or faulting pages in marks them as used",
  answers: [
    { since: "el6", does: "left out: nothing shows it", by: false, source: "SPEC §10.5" },
    { since: "v3.10", does: "yes", by: true, source: "recorded: m01, l01, k03" },
  ],
};

export const freshIsActive: Rule<boolean> = {
  decides: "whether a fresh anonymous page is active",
  answers: [
    { since: "el6", does: "yes", by: true, source: "SPEC §4.4" },
    {
      since: "v5.10",
      does: "no: its second use makes it so",
      by: false,
      source: "recorded: d07",
      first: "5.9",
    },
  ],
};
