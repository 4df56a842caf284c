/**
 * How long an address space holds the file that it executes (SPEC §5.5, L27/D32).
 *
 *    el6      while an area maps it as executable: fork copies their number, areas that it leaves
 *             out included, so that a child may hold it for good (D32)
 *    v3.10    until it ends, or executes another one
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

export const exeFile: Rule<MmRules["exeFile"]> = {
  decides: "how long an address space holds its program file",
  answers: [
    { since: "el6", does: "while an area maps it", by: "while mapped", source: "SPEC §5.5" },
    { since: "v3.10", does: "until it ends", by: "until the end", source: "L27", first: "3.7" },
  ],
};
