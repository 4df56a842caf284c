/**
 * Does MADV_PAGEOUT take the accessed bit of what it tries to page out (L22; recorded: so06)? It
 * shows where a page cannot go: without swap, or when it was written to since MADV_FREE.
 */
import type { Rule } from "@forkpath/abi";

export const pageoutMakesOld: Rule<boolean> = {
  decides: "whether MADV_PAGEOUT makes entries old",
  answers: [
    { since: "el6", does: "yes (there is no such advice before 5.4)", by: true, source: "L22" },
    { since: "v6.12", does: "no", by: false, source: "recorded: so06", first: "6.9" },
  ],
};
