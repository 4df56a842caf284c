/** Pages set out for other frames, and frames go bad. */
import { PAGE_SIZE } from "@forkpath/abi";
import * as z from "zod/mini";
import { about, place } from "../format/leaves.ts";
import { callOf, type PlannedCall } from "../world/call.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { DONE, failed } from "../world/outcome.ts";
import { pagesOf, rangesOf } from "../world/where.ts";
import { pidOf } from "../world/who.ts";
import type { World } from "../world/world.ts";
import { type Choice, type Entry, someonesPlace, withoutWaiting } from "./dice.ts";
import { defineVerb, on, type Verb } from "./verb.ts";

export const migrateBegin: Verb = defineVerb(
  { migrateBegin: about(place, "Which pages set out for other frames.") },
  ({ migrateBegin: where }) => ({
    ...on(where),
    calls(world) {
      const pid = pidOf(world, where.process);
      return rangesOf(world, where).map(({ start, len }) =>
        callOf(world.kernel, null, "migrateBegin", pid, start, len),
      );
    },
    // Each answer is how many pages of a range have set out: none at all are those in use.
    settle: (_world, answers) => (answers.every((begun) => begun === 0) ? failed("EBUSY") : DONE),
  }),
  [
    [
      4,
      (choice) => {
        const where = someonesPlace(choice);
        return where === null ? null : { migrateBegin: where };
      },
    ],
  ],
);

export const migrateEnd: Verb = defineVerb(
  { migrateEnd: about(z.literal(true), "All that set out arrive.") },
  () => ({ calls: (world) => [callOf(world.kernel, null, "migrateEnd")] }),
  [[8, ({ world }) => (world.kernel.machine.migrations.length > 0 ? { migrateEnd: true } : null)]],
);

/** A frame that is mapped: other pages cannot go bad. */
function somePoison({ world, caller, random }: Choice): Entry | null {
  const { kernel } = world;
  const mapped = [...caller.space.mappings].flatMap(([mapping, { start, pages }]) =>
    Array.from({ length: pages }, (_, page) => ({ mapping, page, addr: start + page * PAGE_SIZE })),
  );
  const candidates = mapped.filter(({ addr }) => kernel.frame(caller.pid, addr) !== undefined);
  if (candidates.length === 0) return null;
  const { mapping, page } = random.pick(candidates);
  return { poison: `${caller.name} ${mapping} ${page}` };
}

export const poison: Verb = defineVerb(
  { poison: about(place, "Whose frames have gone bad.") },
  ({ poison: where }) => ({
    ...on(where),
    looksAt: "entries",
    calls(world) {
      const pid = pidOf(world, where.process);
      return pagesOf(world, where).map((addr) => poisonCall(world, pid, addr));
    },
  }),
  [[0.5, withoutWaiting(somePoison)]],
);

/** @throws CannotRun where no frame is mapped */
function poisonCall(world: World, pid: number, addr: number): PlannedCall {
  const pfn = world.kernel.frame(pid, addr);
  if (pfn === undefined) throw new CannotRun("no frame is mapped there that could go bad");
  return callOf(world.kernel, null, "memoryFailure", pfn);
}
