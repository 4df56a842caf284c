/**
 * How much exec takes for its strings, and from whom (SPEC §7.3, M21/3).
 *
 *    since    asked                   allowed: at least 128 kB, and             without arguments
 *    el6      after each page         a quarter of RLIMIT_STACK                 none
 *    v4.14    before each string,     a quarter of RLIMIT_STACK, at most 6 MiB  none
 *             pointers included
 *    v5.19    the same                the same                                  one empty string
 */
import { PAGE_SIZE, type Rule } from "@forkpath/abi";
import type { ForkRules } from "../types.ts";

type ExecStrings = ForkRules["execStrings"];

/** Bytes that are always allowed. @kernel ARG_MAX in include/linux/limits.h */
const ARG_MAX = 32 * PAGE_SIZE;
/** Three quarters of the default stack limit. @kernel bprm_stack_limits in fs/exec.c */
const MOST_BYTES = 6 * 2 ** 20;
const POINTER_BYTES = 8;

const AFTER_PAGES: ExecStrings = {
  beforeString: () => Number.POSITIVE_INFINITY,
  afterPage: (stackLimit) => Math.max(ARG_MAX, Math.floor(stackLimit / 4)),
  emptyArgv: [],
};

const BEFORE_STRINGS: ExecStrings = {
  beforeString(stackLimit, strings) {
    const most = Math.max(ARG_MAX, Math.min(MOST_BYTES, Math.floor(stackLimit / 4)));
    return most - strings * POINTER_BYTES;
  },
  afterPage: () => Number.POSITIVE_INFINITY,
  emptyArgv: [],
};

export const execStrings: Rule<ExecStrings> = {
  decides: "how much exec takes for its strings",
  answers: [
    {
      since: "el6",
      does: "a quarter of the stack limit, page by page",
      by: AFTER_PAGES,
      source: "SPEC §7.3",
    },
    {
      since: "v4.14",
      does: "a quarter of the stack limit or 6 MiB, with pointers, string by string",
      by: BEFORE_STRINGS,
      source: "M21/3",
      first: "4.13",
    },
    {
      since: "v5.19",
      does: "the same; a program without arguments gets an empty one",
      by: { ...BEFORE_STRINGS, emptyArgv: [""] },
      source: "recorded: ex30",
      first: "5.18",
    },
  ],
};
