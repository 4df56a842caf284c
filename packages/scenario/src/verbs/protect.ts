/** mprotect and madvise: what may be done with pages, and what is to be expected. */
import { Madvise } from "@forkpath/abi";
import type * as z from "zod/mini";
import { about, either, integer, leaf, oneOf, place } from "../format/leaves.ts";
import { access } from "../format/mapping.ts";
import { callOf } from "../world/call.ts";
import { atPlace, type Choice, mmRulesOf } from "./dice.ts";
import { onRanges } from "./ranges.ts";
import { defineVerb, type Verb } from "./verb.ts";

/** For random mappings: `rw` twice as often as each other. */
export const SOME_ACCESS: readonly string[] = ["none", "r", "rw", "rw", "rx"];

export const mprotect: Verb = defineVerb(
  {
    mprotect: about(place, "Which pages."),
    access: about(access, "What the process may do there from now on."),
  },
  ({ mprotect: where, access: prot }) =>
    onRanges(where, (kernel, pid, { start, len }) =>
      callOf(kernel, pid, "mprotect", pid, start, len, prot),
    ),
  [[8, atPlace("mprotect", ({ random }) => ({ access: random.pick(SOME_ACCESS) }))]],
);

/** As the kernel calls them, in small letters. */
const ADVICE: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(Madvise).map(([word, number]) => [word.toLowerCase(), number]),
);
const ADVICE_WORDS = Object.keys(ADVICE);
const MOST_ADVICE = 2 ** 31 - 1;

/** A word, or the number of one that has none here. */
const advice: z.ZodMiniType<number> = leaf(
  either<string | number>(
    `a number, or one of ${ADVICE_WORDS.join(", ")}`,
    oneOf(...ADVICE_WORDS),
    integer(0, MOST_ADVICE),
  ),
  "advice",
  (given) => (typeof given === "number" ? given : ADVICE[given]),
);
const SOME_ADVICE: readonly string[] = [
  ...(["dontneed", "dontneed", "dontfork", "dofork", "sequential", "mergeable"] as const),
  ...(["hugepage", "nohugepage", "dontdump", "dodump"] as const),
];

export const madvise: Verb = defineVerb(
  {
    madvise: about(place, "Which pages."),
    advice: about(
      advice,
      "dontneed drops them; dontfork keeps them from children. A number stands for itself.",
    ),
  },
  ({ madvise: where, advice: number }) =>
    onRanges(where, (kernel, pid, { start, len }) =>
      callOf(kernel, pid, "madvise", pid, start, len, number),
    ),
  [[8, atPlace("madvise", ({ random }) => ({ advice: random.pick(SOME_ADVICE) }))]],
  [[30, atPlace("madvise", (choice) => ({ advice: choice.random.pick(laterAdvice(choice)) }))]],
);

/** What the machine's kernel knows, and el6's histories do not throw. */
function laterAdvice(choice: Choice): readonly string[] {
  const { advices } = mmRulesOf(choice);
  const isLater = (word: string): boolean =>
    advices.has(ADVICE[word]) && !SOME_ADVICE.includes(word);
  return ADVICE_WORDS.filter(isLater);
}
