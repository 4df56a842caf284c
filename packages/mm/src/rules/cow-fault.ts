/**
 * What the first write to a private page of a file does first (SPEC §9.7, L16/8): with the copy
 * made first, a write past the end of the file leaves an anon_vma behind.
 */
import type { Rule } from "@forkpath/abi";

export const copiesFirst: Rule<boolean> = {
  decides: "what a first write to a private page of a file does first",
  answers: [
    { since: "el6", does: "ask the file", by: false, source: "SPEC §9.7" },
    { since: "v4.4", does: "get a page for the copy", by: true, source: "L16/8", first: "3.15" },
  ],
};
