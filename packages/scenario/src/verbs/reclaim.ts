/** The kernel takes pages back, or makes huge ones of small ones. */
import { PMD_SIZE } from "@forkpath/abi";
import { HPAGE_PMD_NR } from "@forkpath/rmap";
import * as z from "zod/mini";
import { about, integer, place, placeOrProcess, yes } from "../format/leaves.ts";
import { callOf } from "../world/call.ts";
import { rangesOf } from "../world/where.ts";
import { pidOf } from "../world/who.ts";
import { type Choice, type Entry, hasHugePages, someonesPlace, withoutWaiting } from "./dice.ts";
import { defineVerb, on, type Verb } from "./verb.ts";

function someReclaim(choice: Choice): Entry | null {
  const { random, living } = choice;
  const where = random.once(4) ? random.pick(living).name : someonesPlace(choice);
  if (where === null) return null;
  return {
    reclaim: where,
    ...(random.once(4) ? { count: 1 + random.below(6) } : {}),
    ...(random.once(4) ? { idle: false } : {}),
  };
}

export const reclaim: Verb = defineVerb(
  {
    reclaim: about(placeOrProcess, "Which pages are to go; those in memory go to swap."),
    count: z.exactOptional(about(integer(0, 2 ** 31 - 1), "Stop after so many.")),
    idle: z._default(about(yes, "False to spare, once, pages that were used."), true),
  },
  ({ reclaim: where, count, idle }) => ({
    ...on(where),
    calls(world) {
      const pid = pidOf(world, where.process);
      const options = { ...(count === undefined ? {} : { count }), ignoreAccess: idle };
      if (where.mapping === null) return [callOf(world.kernel, null, "reclaim", pid, options)];
      return rangesOf(world, where).map(({ start, len }) =>
        callOf(world.kernel, null, "reclaim", pid, { ...options, start, end: start + len }),
      );
    },
  }),
  [[14, someReclaim]],
);

/**
 * The first 2 MiB of a mapping that has as many. There are small pages to make a huge one of if
 * they were there before the area was to have huge ones, or if one was split; and no process may
 * share one: so an area is advised, split and written to more often than it is collapsed.
 */
function someCollapse({ world, random, living }: Choice): Entry | null {
  const owner = random.pick(living);
  const large = [...owner.space.mappings].filter(([, { pages }]) => pages >= HPAGE_PMD_NR);
  if (!hasHugePages(world) || large.length === 0) return null;
  const where = `${owner.name} ${random.pick(large)[0]}`;
  const steps: readonly Entry[] = [
    { madvise: where, advice: "hugepage" },
    { madvise: `${where} 0..99`, advice: "dontneed" },
    { write: where },
  ];
  const canCall = !world.kernel.isBlocked(owner.pid);
  // khugepaged would wait for the mmap_sem that a call which waits may hold, and nobody else runs.
  if (world.kernel.machine.waiting.size > 0) return canCall ? random.pick(steps) : null;
  return random.once(2) ? random.pick(steps) : { collapse: `${where} 0` };
}

/** Small pages become huge ones, 2 MiB each. */
export const collapse: Verb = defineVerb(
  {
    collapse: about(place, "Whose 2 MiB, all that have a page of these, become huge pages."),
  },
  ({ collapse: where }) => ({
    ...on(where),
    calls(world) {
      const pid = pidOf(world, where.process);
      const blocks = new Set<number>();
      for (const { start, len } of rangesOf(world, where)) {
        for (let at = start - (start % PMD_SIZE); at < start + len; at += PMD_SIZE) blocks.add(at);
      }
      return [...blocks].map((addr) => callOf(world.kernel, null, "collapse", pid, addr));
    },
  }),
  [[40, withoutWaiting(someCollapse)]],
);
