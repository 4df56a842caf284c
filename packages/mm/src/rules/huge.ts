/**
 * Huge pages: how they are mapped, read, shared and cut (SPEC §2.13, L14, L15, M24, M26).
 *
 *    since   a page's 512 frames       a read of none    a write to a shared one
 *    el6     are one page              a huge page       copies 2 MiB
 *    v3.10   are one page              the huge zero     copies 2 MiB
 *    v5.10   have users of their own   the huge zero     cuts the pmd, and copies 4 KiB
 *
 *    since   a write to the huge zero  part reused       dirty after a cut       zeroes of a split
 *    v5.10   cuts it: 4 KiB            the last one      the page alone          kept
 *    v6.12   cuts it: 4 KiB            never             the entries, too        zero pages
 *    v6.18   a huge page               if all is ours    the entries, too        zero pages
 *
 * One rule, since each of the answers leans on how the frames are kept.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { HugeRule } from "../types.ts";

const COMPOUND: HugeRule = {
  isLarge: false,
  hasZeroPage: false,
  zeroWrite: "huge",
  reusesParts: "never",
  cutsDirty: true,
  dropsZeroes: false,
  asksForFolio: false,
  repeatsAdvice: false,
  collapsesWritable: true,
};
const LARGE: HugeRule = {
  isLarge: true,
  hasZeroPage: true,
  zeroWrite: "small",
  reusesParts: "last",
  cutsDirty: false,
  dropsZeroes: false,
  asksForFolio: false,
  repeatsAdvice: true,
  collapsesWritable: true,
};

export const huge: Rule<HugeRule> = {
  decides: "how huge pages are mapped, shared and cut",
  answers: [
    {
      since: "el6",
      does: "one page; a write copies 2 MiB",
      by: COMPOUND,
      source: "SPEC §2.13",
    },
    {
      since: "v3.10",
      does: "a read maps the huge zero page",
      by: { ...COMPOUND, hasZeroPage: true },
      source: "M26",
      first: "3.8",
    },
    {
      since: "v5.10",
      does: "a write to a shared one cuts the pmd, and copies 4 KiB",
      by: LARGE,
      source: "M24/5",
      first: "5.8",
    },
    {
      since: "v6.12",
      does: "a split drops what was never written",
      by: {
        ...LARGE,
        reusesParts: "never",
        cutsDirty: true,
        dropsZeroes: true,
        asksForFolio: true,
      },
      source: "L20/5",
    },
    {
      since: "v6.18",
      does: "parts are reused; the huge zero page gives way to a huge page",
      by: {
        ...LARGE,
        cutsDirty: true,
        dropsZeroes: true,
        asksForFolio: true,
        zeroWrite: "huge",
        reusesParts: "all",
        collapsesWritable: false,
      },
      source: "L15/4, L14/6",
      first: "6.15",
    },
  ],
  read: [...M26_COLUMNS, "v5.4", "v5.10"],
};
