/** What an expectation can ask about the machine; an entry without a subject is about it. */
import { Level } from "@forkpath/page-table";
import { HPAGE_PMD_NR, type PageStats } from "@forkpath/rmap";
import type { World } from "../world/world.ts";
import { defineFact, type Facts } from "./fact.ts";
import { observe, one } from "./observation.ts";
import { defineSubject, type Subject } from "./subject.ts";

const countAnon = ({ nrAnonPages, nrAnonTransparentHugepages }: PageStats): number =>
  nrAnonPages + nrAnonTransparentHugepages * HPAGE_PMD_NR;

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

const MACHINE_FACTS: Facts<null> = {
  committed: defineFact(
    "pages",
    "What was promised: Committed_AS.",
    count(({ kernel }) => kernel.totals().committed),
  ),
  freePages: defineFact(
    "pages",
    "Free frames.",
    count(({ kernel }) => kernel.totals().freePages),
  ),
  usedPages: defineFact(
    "pages",
    "Frames in use, less those that boot took.",
    count(({ kernel, freeAtBoot }) => freeAtBoot - kernel.totals().freePages),
  ),
  freeSwap: defineFact(
    "pages",
    "Free swap slots.",
    count(({ kernel }) => kernel.totals().freeSwapPages),
  ),
  swapCache: defineFact(
    "pages",
    "Pages in the swap cache.",
    count(({ kernel }) => kernel.machine.mm.swap.cache.size),
  ),
  pageCache: defineFact(
    "pages",
    "Pages of files in memory.",
    count(({ kernel }) => kernel.totals().cachedPages),
  ),
  anonPages: defineFact(
    "pages",
    "Mapped pages without a file, huge ones too: AnonPages.",
    count(({ kernel }) => countAnon(kernel.machine.mm.map.stats)),
  ),
  pageTables: defineFact(
    "count",
    "Tables of ptes: PageTables.",
    count(({ kernel }) => kernel.machine.mm.tables.liveTables[Level.PTE]),
  ),
  tasks: defineFact(
    "count",
    "Tasks, init included.",
    count(({ kernel }) => kernel.totals().tasks),
  ),
  forks: defineFact(
    "count",
    "Forks so far.",
    count(({ kernel }) => kernel.totals().totalForks),
  ),
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
