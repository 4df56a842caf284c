/**
 * May the heap, when brk begins it, become part of the bss right below?
 *
 *    el6     like any two areas that are alike
 *    v6.1    no: they are two areas from the start
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type HeapStart = MmRules["heapStart"];

export const heapStart: Rule<HeapStart> = {
  decides: "whether the heap joins the bss below it",
  answers: [
    { since: "el6", does: "as any areas that are alike", by: "joins", source: "SPEC §5.1" },
    { since: "v6.1", does: "never", by: "apart", source: "recorded: ex02" },
  ],
};
