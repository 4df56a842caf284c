/**
 * Random shuffles of shared memory, among faults, forks, reclaim and truncation, one by one and in
 * any order of steps: without a debugger's writes, every count adds up (SPEC §0.6 I1 to I8).
 */
import { Errno, MapFlag, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { failNth, type KernelThread } from "@forkpath/sync";
import { run, runInterleaved, SHARED } from "@forkpath/test-world";
import { createFamily, fork } from "@forkpath/test-world/family";
import { addressOf, type Family, mmOf, recount, show } from "@forkpath/test-world/family-looks";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  reclaimPages,
  sysMlock,
  sysMunlock,
  sysMunmap,
  sysRemapFilePages,
  touch,
  unmapMappingRange,
} from "../../src/index.ts";

const PAGES = 6;
/** -EINVAL, since mlock makes several areas of one, and a range has to lie in one. */
const ENDS = [0, -Errno.EINVAL];
const KINDS = [
  "remap",
  "nonblock",
  "read",
  "write",
  "truncate",
  "reclaim",
  "lock",
  "unlock",
] as const;

interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly who: number;
  readonly page: number;
  readonly pages: number;
  readonly pgoff: number;
}

const anyStep: fc.Arbitrary<Step> = fc
  .record({
    kind: fc.constantFrom("remap" as const, ...KINDS),
    who: fc.nat(1),
    page: fc.nat(PAGES - 1),
    pages: fc.integer({ min: 1, max: 3 }),
    pgoff: fc.nat(PAGES),
  })
  .map((step) => ({ ...step, pages: Math.min(step.pages, PAGES - step.page) }));

const createShared = (splitPtlocks: boolean): Family =>
  createFamily(Array(PAGES).fill("-").join(" "), {
    file: "shmem",
    flags: SHARED | VmFlag.CAN_NONLINEAR,
    splitPtlocks,
  });

/** What a member of the family does. */
function* act(family: Family, { kind, who, page, pages, pgoff }: Step): KernelThread<number> {
  const { env, file } = family;
  const names = [...family.members.keys()];
  const mm = mmOf(family, names[who % names.length]);
  const [start, size] = [addressOf(page), pages * PAGE_SIZE];
  switch (kind) {
    case "remap":
      return yield* sysRemapFilePages(env, mm, { start, size, pgoff });
    case "nonblock":
      return yield* sysRemapFilePages(env, mm, { start, size, pgoff, flags: MapFlag.NONBLOCK });
    case "truncate":
      if (file !== null) yield* unmapMappingRange(env, file, pgoff, 1, true);
      return 0;
    case "reclaim":
      yield* reclaimPages(env, mm, { start, end: start + size });
      return 0;
    case "lock":
      yield* sysMlock(env, mm, start, size); // pages past the end of the file cannot be had
      return 0;
    case "unlock":
      return yield* sysMunlock(env, mm, start, size);
    default:
      yield* touch(env, mm, start, kind === "write");
      return 0;
  }
}

test("whatever is shuffled, every count can be recounted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyStep, fc.option(fc.nat(3))), { maxLength: 30 }),
      fc.nat(20),
      fc.boolean(),
      (steps, forkAt, splitPtlocks) => {
        const family = createShared(splitPtlocks);
        for (const [index, [step, refuse]] of steps.entries()) {
          if (index === forkAt) expect(fork(family, "P", "C")).toBe(0);
          if (refuse !== null) failNth(family.env.sync.gate, refuse);
          const code = run(act(family, step));
          if (refuse === null) expect(ENDS).toContain(code);
          family.env.sync.gate.refused.clear();
          expect(recount(family)).toEqual([]);
        }
        for (const name of family.members.keys()) {
          run(sysMunmap(family.env, mmOf(family, name), addressOf(0), PAGES * PAGE_SIZE));
        }
        for (const line of Object.values(show(family))) expect(line).toMatch(/\(0,0,0\)$/);
        expect(recount(family)).toEqual([]);
      },
    ),
    { seed: 2026_23, numRuns: 150 },
  );
});

test("in any order of steps, whoever meets a shuffle ends well, and nothing is lost", () => {
  const shape = fc.record({
    splitPtlocks: fc.boolean(),
    before: fc.array(anyStep, { maxLength: 4 }),
    racing: fc.array(anyStep, { minLength: 2, maxLength: 3 }),
    schedule: fc.infiniteStream(fc.nat(5)),
  });
  fc.assert(
    fc.property(shape, ({ splitPtlocks, before, racing, schedule }) => {
      const family = createShared(splitPtlocks);
      for (const step of before) run(act(family, step));
      expect(fork(family, "P", "C")).toBe(0);
      const bodies = racing.map((step) => act(family, step));
      const codes = runInterleaved(family.env, bodies, schedule);
      expect(codes.filter((code) => !ENDS.includes(code))).toEqual([]);
      expect(recount(family)).toEqual([]);
    }),
    { seed: 2026_24, numRuns: 150 },
  );
});
