/** mprotect and madvise: what may be done with pages, and what is to be expected. */
import { Madvise } from "@forkpath/abi";
import { z } from "zod";
import { about, oneOf, place } from "../format/leaves.ts";
import { access } from "../format/mapping.ts";
import { callOf } from "../world/call.ts";
import { atPlace } from "./dice.ts";
import { forRanges } from "./ranges.ts";
import { defineVerb, on, type Verb } from "./verb.ts";

/** For random mappings: `rw` twice as often as each other. */
export const SOME_ACCESS: readonly string[] = ["none", "r", "rw", "rw", "rx"];

export const mprotect: Verb = defineVerb(
  "mprotect",
  z.strictObject({
    mprotect: about(place, "Which pages."),
    access: about(access, "What the process may do there from now on."),
  }),
  ({ mprotect: where, access: prot }) => ({
    ...on(where),
    calls: (world) =>
      forRanges(world, where, (pid, { start, len }) =>
        callOf(world.kernel, pid, "mprotect", pid, start, len, prot),
      ),
  }),
  [[8, atPlace("mprotect", ({ random }) => ({ access: random.pick(SOME_ACCESS) }))]],
);

const ADVICE = {
  normal: Madvise.NORMAL,
  random: Madvise.RANDOM,
  sequential: Madvise.SEQUENTIAL,
  dontneed: Madvise.DONTNEED,
  dontfork: Madvise.DONTFORK,
  dofork: Madvise.DOFORK,
  mergeable: Madvise.MERGEABLE,
  unmergeable: Madvise.UNMERGEABLE,
  hugepage: Madvise.HUGEPAGE,
  nohugepage: Madvise.NOHUGEPAGE,
  dontdump: Madvise.DONTDUMP,
  dodump: Madvise.DODUMP,
} as const;
type AdviceName = keyof typeof ADVICE;
const ADVICE_NAMES = Object.keys(ADVICE) as AdviceName[];
const SOME_ADVICE: readonly AdviceName[] = [
  ...(["dontneed", "dontneed", "dontfork", "dofork", "sequential", "mergeable"] as const),
  ...(["hugepage", "nohugepage", "dontdump", "dodump"] as const),
];

export const madvise: Verb = defineVerb(
  "madvise",
  z.strictObject({
    madvise: about(place, "Which pages."),
    advice: about(
      oneOf(...ADVICE_NAMES),
      "dontneed drops them; dontfork keeps them from children.",
    ),
  }),
  ({ madvise: where, advice }) => ({
    ...on(where),
    calls: (world) =>
      forRanges(world, where, (pid, { start, len }) =>
        callOf(world.kernel, pid, "madvise", pid, start, len, ADVICE[advice]),
      ),
  }),
  [[8, atPlace("madvise", ({ random }) => ({ advice: random.pick(SOME_ADVICE) }))]],
);
