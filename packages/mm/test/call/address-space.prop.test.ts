/** Random histories of an address space against the slow model, with a recount after each step. */
import { MapFlag } from "@forkpath/abi";
import { pgdFree } from "@forkpath/page-table";
import { addFile, forkSpace, recount, recountMachine, runOn } from "@forkpath/test-world";
import { createSpace, map } from "@forkpath/test-world/areas";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exitMmap } from "../../src/index.ts";
import { differences, type ModelPage } from "./address-space-model.ts";
import { PAGES, type Step, steps, type World } from "./address-space-steps.ts";

const SEED = 20_160_803;

function createWorld(splitPtlocks: boolean, interleaved: boolean): World {
  const space = createSpace({ splitPtlocks, memoryPages: 1024 });
  space.env.sync.interleaved = interleaved;
  return { space, model: new Map(), file: addFile(space) };
}

/** One step, and everything is as the model says. */
function take(world: World, step: Step, ...others: World[]): void {
  step.run(world);
  const { env, mm } = world.space;
  expect(differences(world.space, world.model, PAGES)).toEqual([]);
  expect(recount({ env, mm }, ...others.map(({ space }) => space))).toEqual([]);
}

/** Tears the address spaces down, and leaves nothing behind. */
function finish(...worlds: World[]): void {
  const { env } = worlds[0].space;
  for (const { space } of worlds) {
    runOn(env, exitMmap(env, space.mm));
    pgdFree(env.tables, space.mm.pgd);
  }
  expect(recountMachine(env, [])).toEqual([]);
  expect(env.commit.committed).toBe(0);
  expect(env.anonVmas.live.size).toBe(0);
}

test.each([
  { splitPtlocks: true, interleaved: false },
  { splitPtlocks: false, interleaved: true },
])("any history leaves each page as the model has it: %o", ({ splitPtlocks, interleaved }) => {
  fc.assert(
    fc.property(steps, (history) => {
      const world = createWorld(splitPtlocks, interleaved);
      for (const step of history) take(world, step);
      finish(world);
    }),
    { seed: SEED, numRuns: 30 },
  );
});

/** A fork copies the entries of private memory; a file's pages are found again by faults. */
const inherited = (page: ModelPage): ModelPage => ({
  ...page,
  isLocked: false,
  frame: page.kind === "private" ? page.frame : null,
});

function forked(parent: World): World {
  const kept = [...parent.model].filter(([, page]) => !page.isDontcopy);
  return {
    ...parent,
    space: forkSpace(parent.space, "C"),
    model: new Map(kept.map(([page, one]) => [page, inherited(one)])),
  };
}

test("after a fork, parent and child go their own ways", () => {
  const turns = fc.array(fc.boolean(), { minLength: 30 });
  fc.assert(
    fc.property(steps, steps, turns, (before, after, isParents) => {
      const parent = createWorld(true, false);
      for (const step of before) take(parent, step);
      const child = forked(parent);
      after.forEach((step, index) => {
        const [mover, other] = isParents[index] ? [parent, child] : [child, parent];
        take(mover, step, other);
        expect(differences(other.space, other.model, PAGES)).toEqual([]);
      });
      finish(parent, child);
    }),
    { seed: SEED, numRuns: 15 },
  );
});

test("the pages of a file, mapped one by one in any order, end as one area", () => {
  const pages = [...Array(PAGES).keys()];
  fc.assert(
    fc.property(fc.shuffledSubarray(pages, { minLength: PAGES }), (order) => {
      const space = createSpace();
      const file = addFile(space);
      for (const page of order) {
        map(space, page, 1, { file, pgoff: page, flags: MapFlag.SHARED });
      }
      expect(space.mm.vmas).toHaveLength(1);
      expect([file.count, file.iMmapWritable]).toEqual([2, 1]);
    }),
    { seed: SEED, numRuns: 15 },
  );
});
