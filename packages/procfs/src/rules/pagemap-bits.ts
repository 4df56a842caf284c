/**
 * What bits 55 to 61 of a pagemap entry say (SPEC §10.6, M14.1, M26).
 *
 *    since    55      56         57       58     55-60        61
 *    el6                                         page shift
 *    v3.10                                       page shift   file
 *    rhel7    dirty   exclusive                               file
 *    v5.14    dirty   exclusive  uffd-wp                      file
 *    v6.18    dirty   exclusive  uffd-wp  guard               file
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { Layouts, PagemapBits } from "./types.ts";

const EL6: PagemapBits = {
  shift: 12,
  hasFile: false,
  hasExclusive: false,
  hasUffdWp: false,
  hasGuard: false,
};
const V3_10: PagemapBits = { ...EL6, hasFile: true };
const RHEL7: PagemapBits = { ...V3_10, shift: 0, hasExclusive: true };
const V5_14: PagemapBits = { ...RHEL7, hasUffdWp: true };
const V6_18: PagemapBits = { ...V5_14, hasGuard: true };

export const pagemapBits: Rule<Layouts["pagemapBits"]> = {
  decides: "what the upper bits of a pagemap entry say",
  answers: [
    { since: "el6", does: "the page shift", by: EL6, source: "SPEC §10.6" },
    { since: "v3.10", does: "a page of a file", by: V3_10, source: "M14.1", first: "3.5" },
    { since: "rhel7", does: "mapped once; no page shift", by: RHEL7, source: "M26", first: "4.2" },
    { since: "v5.14", does: "write-protected by userfaultfd", by: V5_14, source: "M14.1" },
    { since: "v6.18", does: "a guard", by: V6_18, source: "M14.1", first: "6.15" },
  ],
  read: M26_COLUMNS,
};
