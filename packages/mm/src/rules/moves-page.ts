/**
 * What move_pages says of an address that has no page to move.
 *
 *             nothing there      zero page   PROT_NONE     swapped
 *    el6      anonymous EFAULT   EFAULT      ENOENT        ENOENT
 *             of a file ENOENT
 *    v6.18    ENOENT             EFAULT      it moves      ENOENT
 *
 * The first row was recorded on 6.1 (mg01, mg05), the second is what a live 6.18.44 answers.
 */
import { Errno, type Rule } from "@forkpath/abi";
import type { MovesPageRule } from "../types.ts";

export const movesPage: Rule<MovesPageRule> = {
  decides: "what move_pages finds where no page is mapped",
  answers: [
    {
      since: "el6",
      does: "EFAULT in anonymous memory; PROT_NONE hides a page",
      by: { anonHole: -Errno.EFAULT, seesProtnone: false },
      source: "recorded: mg01",
    },
    {
      since: "v6.18",
      does: "ENOENT; PROT_NONE hides none",
      by: { anonHole: -Errno.ENOENT, seesProtnone: true },
      source: "asked: 6.18.44",
    },
  ],
};
