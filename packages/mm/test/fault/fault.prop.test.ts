import { PAGE_SIZE } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import { EventClass } from "@forkpath/events";
import { forEachPte } from "@forkpath/page-table";
import { PRIVATE, recount, run, SHARED, START } from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { read, swapOut, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, type Process, show } from "@forkpath/test-world/process-looks";
import fc from "fast-check";
import { expect, test } from "vitest";
import { touch, touchRange } from "../../src/index.ts";

const PAGES = 6;

type Step =
  | { readonly kind: "read" | "write" | "swap"; readonly who: number; readonly page: number }
  | { readonly kind: "fork" | "unmap"; readonly who: number };

const anyWho = fc.nat(4);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("read", "write", "swap"),
      who: anyWho,
      page: fc.nat(PAGES - 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("fork", "unmap"), who: anyWho }) },
);

const DEEDS: Readonly<Record<"read" | "write" | "swap", (p: Process, page: number) => unknown>> = {
  read,
  write,
  swap: swapOut,
};

function take(step: Step, family: Process[]): void {
  const process = family[step.who % family.length];
  if ("page" in step) DEEDS[step.kind](process, step.page);
  else if (step.kind === "unmap") unmapAll(process);
  else if (family.length < 5) family.push(fork(process, `C${family.length}`));
}

test.each([
  ["private memory", PRIVATE, false],
  ["a private file", PRIVATE, true],
  ["a shared file", SHARED, true],
])("whatever a family does with %s, every count can be recounted", (_what, flags, hasFile) => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), fc.boolean(), (steps, splitPtlocks) => {
      const file = hasFile ? createFile() : null;
      const family = [createProcess({ pages: PAGES, flags, file, splitPtlocks })];
      for (const step of steps) {
        take(step, family);
        expect(recount(...family)).toEqual([]);
      }
      for (const process of family) {
        unmapAll(process);
        expect(show(process).rss).toBe("(0,0,0)");
      }
      expect(recount(...family)).toEqual([]);
    }),
    { seed: 9_2026, numRuns: 40 },
  );
});

test("after a write, nobody else's page can be the writer's (SPEC §9.6)", () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { maxLength: 30 }),
      anyWho,
      fc.nat(PAGES - 1),
      (steps, who, page) => {
        const family = [createProcess({ pages: PAGES })];
        for (const step of steps) take(step, family);
        const writer = family[who % family.length];
        write(writer, page);
        const frameOf = (process: Process): bigint => entryFrame(process, page);
        const others = family.filter((process) => process !== writer).map(frameOf);
        expect(others).not.toContain(frameOf(writer));
      },
    ),
    { seed: 4, numRuns: 60 },
  );
});

/** Frame field of a present entry; a number that no frame has for any other. */
function entryFrame({ env, mm, vma }: Process, page: number): bigint {
  let frame = -1n - BigInt(mm.id);
  forEachPte(env.tables, mm.pgd, (addr, _cell, low) => {
    if (addr === vma.start + page * PAGE_SIZE && low & 1) frame = BigInt(low >>> 12);
  });
  return frame;
}

test("touchRange leaves what as many calls of touch would leave", () => {
  const shape = fc.record({
    before: fc.array(fc.record({ page: fc.nat(699), isWrite: fc.boolean() }), { maxLength: 12 }),
    start: fc.nat(699),
    pages: fc.nat(699),
    splitPtlocks: fc.boolean(),
  });
  fc.assert(
    fc.property(shape, ({ before, start, pages, splitPtlocks }) => {
      // More than a table, with frames for only some of them: the end is part of the claim.
      const worlds = [0, 1].map(() =>
        createProcess({ pages: 700, memoryPages: 600, splitPtlocks }),
      );
      for (const world of worlds) {
        for (const { page, isWrite } of before) (isWrite ? write : read)(world, page);
      }
      const [quick, slow] = worlds;
      slow.env.sync.traced = EventClass.SCHED; // somebody listens: no run is taken
      const codes = [
        run(touchRange(quick.env, quick.mm, at(quick, start), pages, true)),
        run(touchRange(slow.env, slow.mm, at(slow, start), pages, true)),
      ];
      expect(codes[0]).toBe(codes[1]);
      expect(stateOf(quick)).toEqual(stateOf(slow));
      expect(recount(quick)).toEqual([]);
    }),
    { seed: 700, numRuns: 25 },
  );
});

/** All that a fault can change: entries, columns, counters, and how often the gate was asked. */
function stateOf({ env, mm, vma }: Process): object {
  const entries: string[] = [];
  forEachPte(env.tables, mm.pgd, (addr, _cell, low, high) => {
    entries.push(`${addr - START}: ${high.toString(16)} ${low.toString(16)}`);
  });
  const { count, mapcount, mapping, flags, index, framesInUse, stats } = env.map;
  return {
    entries,
    columns: [count, mapcount, mapping, flags, index].map((column) => [...column.slice(0, 600)]),
    framesInUse,
    stats,
    anonRss: peekCounterSigned(mm.counters, MmCounter.ANON_RSS),
    gate: env.sync.gate.count,
    hasAnonVma: vma.anonVma !== null,
  };
}

test("touching memory that is there already changes nothing but the marks in the entries", () => {
  const p = createProcess({ pages: 8 });
  run(touchRange(p.env, p.mm, START, 8, true));
  const before = stateOf(p);
  expect(run(touchRange(p.env, p.mm, START, 8, false))).toBe(0);
  expect(run(touch(p.env, p.mm, START, true))).toBe(0);
  expect(stateOf(p)).toEqual(before);
});
