/** What an expectation can ask about the machine; an entry without a subject is about it. */
import type { MachineTotals } from "@forkpath/kernel";
import type { World } from "../world/world.ts";
import { defineFact, type Facts, factsOf } from "./fact.ts";
import { observe, one } from "./observation.ts";
import { defineSubject, type Subject } from "./subject.ts";

type Areas = readonly { readonly continuations: ReadonlyMap<number, readonly unknown[]> }[];

function countContinuations(areas: Areas): number {
  let pages = 0;
  for (const { continuations } of areas) {
    for (const chain of continuations.values()) pages += chain.length;
  }
  return pages;
}

const count =
  (read: (world: World) => number) =>
  (world: World): bigint =>
    BigInt(read(world));

const total = (name: keyof MachineTotals): ((world: World) => bigint) =>
  count(({ kernel }) => kernel.totals()[name]);

const MACHINE_FACTS: Facts<null> = {
  ...factsOf("pages", total, {
    committed: "What was promised: Committed_AS.",
    freePages: "Free frames.",
    usedPages: "Frames in use, less those that boot took.",
  }),
  freeSwap: defineFact("pages", "Free swap slots.", total("freeSwapPages")),
  swapCache: defineFact("pages", "Pages in the swap cache.", total("swapCachePages")),
  pageCache: defineFact("pages", "Pages of files in memory.", total("cachedPages")),
  ...factsOf("pages", total, {
    anonPages: "Mapped pages without a file, huge ones too: AnonPages.",
  }),
  ...factsOf("count", total, {
    pageTables: "Tables of ptes: PageTables.",
    tasks: "Tasks, init included.",
  }),
  forks: defineFact("count", "Forks so far.", total("totalForks")),
  continuationPages: defineFact(
    "count",
    "Pages that hold high digits of swap counts.",
    count(({ kernel }) => countContinuations(kernel.machine.mm.swap.areas)),
  ),
  badPtes: defineFact(
    "count",
    "Reports of bad entries.",
    count(({ kernel }) => kernel.machine.mm.badPtes),
  ),
};

export const machine: Subject = defineSubject("machine", null, MACHINE_FACTS, (_, key) => {
  const fact = MACHINE_FACTS[key];
  return observe(fact.unit, { text: key, look: (world) => one(fact.read(world, null)) });
});
