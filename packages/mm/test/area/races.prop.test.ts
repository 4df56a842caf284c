/**
 * Threads of one process, and a truncation from outside, in random schedules: at the end every
 * count is right (SPEC §0.7, Appendix C).
 */
import { Madvise, MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { createThread, type KernelThread, type SchedulePoint } from "@forkpath/sync";
import { addFile, recount, type Space } from "@forkpath/test-world";
import { read, write } from "@forkpath/test-world/area-calls";
import { at } from "@forkpath/test-world/area-looks";
import { createSpace, map, READ, RW } from "@forkpath/test-world/areas";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type MappedFile,
  reclaimPages,
  sysMadvise,
  sysMlock,
  sysMprotect,
  sysMremap,
  sysMunmap,
  touch,
  unmapMappingRange,
} from "../../src/index.ts";

interface World {
  readonly space: Space;
  readonly file: MappedFile;
}

type Call = (world: World, page: number) => KernelThread<unknown>;

const CALLS: Readonly<Record<string, Call>> = {
  write: ({ space: { env, mm } }, page) => touch(env, mm, at(page), true),
  read: ({ space: { env, mm } }, page) => touch(env, mm, at(page), false),
  munmap: ({ space: { env, mm } }, page) => sysMunmap(env, mm, at(page), 2 * PAGE_SIZE),
  mprotect: ({ space: { env, mm } }, page) => sysMprotect(env, mm, at(page), PAGE_SIZE, READ),
  dontneed: ({ space: { env, mm } }, page) =>
    sysMadvise(env, mm, at(page), 2 * PAGE_SIZE, Madvise.DONTNEED),
  mlock: ({ space: { env, mm } }, page) => sysMlock(env, mm, at(page), PAGE_SIZE),
  mremap: ({ space: { env, mm } }, page) =>
    sysMremap(env, mm, {
      addr: at(page),
      oldLen: PAGE_SIZE,
      newLen: PAGE_SIZE,
      flags: 3,
      newAddr: at(20 + page),
    }),
  truncate: ({ space: { env }, file }, page) => unmapMappingRange(env, file, page % 4, 2, true),
  reclaim: ({ space: { env, mm } }, page) =>
    reclaimPages(env, mm, { start: at(page), end: at(page + 1) }),
};

/** Four pages of a private file, four of anonymous memory, some of each in place. */
function createWorld(splitPtlocks: boolean): World {
  const space = createSpace({ splitPtlocks, memoryPages: 256 });
  const file = addFile(space);
  map(space, 0, 4, { file, flags: MapFlag.PRIVATE, prot: RW });
  map(space, 4, 4);
  read(space, 0, 1);
  write(space, 2, 4, 5, 6);
  return { space, file };
}

/** Runs all threads to their end; `choices` say who takes the next step of those who can. */
function interleave({ space: { env } }: World, bodies: KernelThread<unknown>[], choices: number[]) {
  env.sync.interleaved = true;
  const threads = bodies.map((body, index) => ({
    body,
    thread: createThread(index + 1, `T${index + 1}`),
    next: null as SchedulePoint | null,
  }));
  for (let turn = 0; threads.length > 0; turn++) {
    const ready = threads.filter(({ next }) => next === null || next.ready());
    if (ready.length === 0) throw new Error("deadlock");
    const chosen = ready[(choices[turn % choices.length] ?? 0) % ready.length];
    env.sync.current = chosen.thread;
    const result = chosen.body.next();
    if (result.done) threads.splice(threads.indexOf(chosen), 1);
    else chosen.next = result.value;
  }
  env.sync.interleaved = false;
}

const call = fc.tuple(fc.constantFrom(...Object.keys(CALLS)), fc.nat(7));

test.each([true, false])("any schedule of any three calls; split locks: %s", (splitPtlocks) => {
  const calls = fc.array(call, { minLength: 2, maxLength: 3 });
  const choices = fc.array(fc.nat(5), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(calls, choices, (wanted, schedule) => {
      const world = createWorld(splitPtlocks);
      const bodies = wanted.map(([name, page]) => CALLS[name](world, page));
      interleave(world, bodies, schedule);
      const { env, mm } = world.space;
      expect([mm.mmapSem.writer, mm.mmapSem.readers]).toEqual([null, []]);
      expect(recount({ env, mm })).toEqual([]);
    }),
    { seed: 20_160_803, numRuns: 100 },
  );
});
