/**
 * What exec makes of the new stack, beside its strings (SPEC §7.7, M21/6).
 *
 *    since    room below the strings    tables for the program
 *    el6      20 pages                  the page right below the strings
 *    v3.10    32 pages                  platform, random bytes, pointers, 20 auxiliary pairs
 *    v5.14    32 pages                  the same with 21 pairs
 *    v6.12    32 pages                  the same with 23 pairs
 *
 * The tables are written, so their pages are faulted in.
 */
import type { Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type ExecStack = ForkRules["execStack"];

/** The text `x86_64` with its zero. */
const PLATFORM_BYTES = 7;
const RANDOM_BYTES = 16;
const POINTER_BYTES = 8;
const PAIR_BYTES = 16;
/** argc, and a null pointer behind each of the two lists. */
const WORDS = 3;

const align16 = (bytes: number): number => bytes - (bytes % 16);

const tablesOf =
  (auxPairs: number): ExecStack["tablesStart"] =>
  (p, argc, envc) => {
    const data = align16(p) - PLATFORM_BYTES - RANDOM_BYTES;
    const pointers = (WORDS + argc + envc) * POINTER_BYTES;
    return align16(align16(data) - pointers - auxPairs * PAIR_BYTES);
  };

export const execStack: Rule<ExecStack> = {
  decides: "what exec makes of the new stack",
  answers: [
    {
      since: "el6",
      does: "20 pages of room; tables that touch one page",
      by: { roomPages: 20, tablesStart: (p) => p - POINTER_BYTES },
      source: "SPEC §7.7",
    },
    {
      since: "v3.10",
      does: "32 pages of room; 20 auxiliary pairs",
      by: { roomPages: 32, tablesStart: tablesOf(20) },
      source: "M21/6",
    },
    {
      since: "v5.14",
      does: "32 pages of room; 21 auxiliary pairs",
      by: { roomPages: 32, tablesStart: tablesOf(21) },
      source: "recorded: ex30",
    },
    {
      since: "v6.12",
      does: "32 pages of room; 23 auxiliary pairs",
      by: { roomPages: 32, tablesStart: tablesOf(23) },
      source: "recorded: ex30",
      first: "6.3",
    },
  ],
};
