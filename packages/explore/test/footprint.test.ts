/**
 * What each step of the whole kernel touches, held against what its point says that it touches.
 *
 * `dpor` rests on the points: it takes steps of different parts to commute. So no two steps may
 * touch one place, and one of them change it, unless their points put them in order.
 */
import {
  type Dependence,
  exploreProgram,
  type Footprint,
  random,
  type Strategy,
} from "@forkpath/interleave";
import { PointKind, type SchedulePoint } from "@forkpath/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelApart, kernelDependence, type Litmus, type ScenarioState } from "../src/index.ts";
import { unorderedConflicts } from "./footprint/conflicts.ts";
import { track } from "./footprint/steps.ts";
import { litmusFile, litmusNames, litmusOf, reduced } from "./litmus-files.ts";

/** What `dpor` goes by where there are two threads. */
const ordered: Dependence = (a, b) => kernelDependence(a, b) && !kernelApart(a, b);

function conflictsOf(
  litmus: Litmus<ScenarioState>,
  strategy: Strategy,
  max: number,
  dependent: Dependence = ordered,
): readonly string[] {
  const tracked = track(litmus);
  const found = new Set<string>();
  exploreProgram(tracked.litmus, strategy, {
    max,
    onRun: () => {
      for (const one of unorderedConflicts(tracked.steps, dependent)) found.add(one);
    },
  });
  return [...found].sort();
}

/** It asks for a huge page, which makes the list of frames longer. */
const LARGE = "d02-collapse-against-reclaim";

test(`points tell of all in ${LARGE}, requests for memory left out`, () => {
  const litmus = litmusFile(LARGE, { everywhere: true, ownMachine: true });
  const found = conflictsOf(litmus, random(1, 3), 3);
  expect(found.filter((one) => !/: ALLOC|, ALLOC/.test(one))).toEqual([]);
});

test.each(litmusNames.filter((name) => name !== LARGE))("points tell of all in %s", (name) => {
  const litmus = litmusFile(name, { everywhere: true, ownMachine: true });
  expect(conflictsOf(litmus, random(1, 5), 5)).toEqual([]);
  expect(conflictsOf(litmus, reduced, 5)).toEqual([]);
});

/** What one thread of a process does while another one does the like. */
const CALLS = [
  "{ brk: P, by: 2 pages }",
  "{ fork: P, as: C }",
  "{ kill: P }",
  "{ madvise: P heap, advice: dontneed }",
  "{ migrateBegin: P heap }",
  "{ mlock: P heap }",
  "{ mmap: P, as: more, size: 2 pages }",
  "{ mprotect: P heap, access: r }",
  "{ mremap: P fresh, size: 8 pages }",
  "{ munlock: P heap }",
  "{ munmap: P heap 0 }",
  "{ munmap: P library }",
  "{ pin: P heap 1 }",
  "{ poison: P heap 1 }",
  "{ poke: P heap 1 }",
  "{ read: P cold 0 }",
  "{ read: P fresh 1 }",
  "{ read: P library 1 }",
  "{ reclaim: P heap }",
  "{ swapoff: 0, by: admin }",
  "{ truncate: /data, size: 1 page }",
  "{ truncate: /library, size: 1 page }",
  "{ write: P cold 0 }",
  "{ write: P data 0 }",
  "{ write: P fresh 0 }",
  "{ write: P heap 0 }",
  "{ write: P heap 2 }",
  "{ write: P library 0 }",
] as const;

const litmusWith = (
  nrCpus: number,
  left: string,
  right: string,
  kernel = "el6",
): Litmus<ScenarioState> =>
  litmusOf(
    `
machine: { kernel: ${kernel}, nrCpus: ${nrCpus}, memory: 16M, swap: 1M }
processes:
  admin: { mappings: { heap: { size: 1 page } } }
  P:
    mappings:
      heap: { size: 4 pages, written: 2 pages }
      cold: { size: 2 pages, written: 1 page, swapped: 1 page }
      fresh: { size: 2 pages, at: 0x40000000 }
      library: { kind: file, file: /library, size: 2 pages, read: 1 page }
      data: { kind: shared-file, file: /data, size: 2 pages, written: 1 page }
steps:
  - { brk: P, by: 1 page }
  - { clone: P, as: T }
  - { fork: P, as: S }
threads:
  left: ${left}
  right: ${right.replace(" P", " T").replace("as: C", "as: D")}
`,
    { ownMachine: true },
  );

test("points tell of all in any two calls", () => {
  const anyCall = fc.constantFrom(...CALLS);
  fc.assert(
    fc.property(fc.constantFrom(2, 4), anyCall, anyCall, (nrCpus, left, right) => {
      expect(conflictsOf(litmusWith(nrCpus, left, right), random(7, 3), 3)).toEqual([]);
    }),
    { seed: 4, numRuns: 15 },
  );
});

test("points tell of all in forks and faults that lock areas", () => {
  const anyCall = fc.constantFrom(
    ...CALLS.filter((call) => /fork|read: P fresh|write: P (heap|data|fresh)/.test(call)),
  );
  fc.assert(
    fc.property(anyCall, anyCall, (left, right) => {
      expect(conflictsOf(litmusWith(2, left, right, "v6.18"), random(7, 3), 3)).toEqual([]);
    }),
    { seed: 4, numRuns: 10 },
  );
});

test.each(CALLS)("points tell of all in exec and %s", (call) => {
  const litmus = litmusWith(2, "{ exec: P, program: /bin/sh }", call);
  expect(conflictsOf(litmus, random(7, 6), 6)).toEqual([]);
});

/** What a step is about, two calls whose order it is known by, and where they meet without it. */
const TOLD: readonly (readonly [field: string, left: string, right: string, place: RegExp])[] = [
  ["signals", "{ fork: P, as: C }", "{ kill: P }", /\.(isKilled|hasPendingSignal): /],
  ["brk", "{ brk: P, by: 2 pages }", "{ fork: P, as: C }", /\.layout\.brk: /],
  [
    "anon_vma refcount",
    "{ madvise: P heap, advice: dontneed }",
    "{ migrateBegin: P heap }",
    /\.mapcount\[\]: /,
  ],
  ["swapoff", "{ exit: admin }", "{ swapoff: 0 }", /\.mm: .*swapoff/],
  ["in_exec", "{ exec: P, program: /bin/sh }", "{ clone: P, as: C }", /\.fs\.inExec: /],
];

test.each(TOLD)("a relation that forgets steps on %s is found out", (field, left, right, place) => {
  const forgetful: Dependence = (a, b) =>
    [a, b].every((point) => (point as SchedulePoint).of.field !== field) && kernelDependence(a, b);
  const litmus = litmusWith(2, left, right);
  expect(conflictsOf(litmus, random(1, 20), 20)).toEqual([]);
  expect(conflictsOf(litmus, random(1, 20), 20, forgetful)).toContainEqual(
    expect.stringMatching(place),
  );
});

test("a lock whose step does more than take it, and does not tell, is found out", () => {
  const bare: Dependence = (a, b) => ordered(withoutParts(a), withoutParts(b));
  const litmus = litmusWith(2, "{ write: P fresh 0 }", "{ write: P fresh 1 }");
  expect(conflictsOf(litmus, random(1, 20), 20)).toEqual([]);
  expect(conflictsOf(litmus, random(1, 20), 20, bare)).toContainEqual(
    expect.stringMatching(/^kernel\.machine\.mm\.tables\..*LOCK/),
  );
});

test("holds that are taken to have nothing in common, and do, are found out", () => {
  const careless: Dependence = (a, b) =>
    kernelDependence(a, b) && !(a.object === b.object && a.holds !== undefined);
  const litmus = litmusWith(2, "{ write: P fresh 0 }", "{ write: P fresh 1 }");
  expect(conflictsOf(litmus, random(1, 20), 20, careless)).toContainEqual(
    expect.stringMatching(/^kernel\.machine\.mm\.tables\..*LOCK.*LOCK/),
  );
});

function withoutParts(point: Footprint): Footprint {
  const isLock = point.kind === PointKind.LOCK || point.kind === PointKind.UNLOCK;
  return isLock ? { ...point, parts: undefined } : point;
}

test("a relation that forgets steps on entries is found out", () => {
  const forgetful: Dependence = (a, b) =>
    a.kind !== PointKind.STORE && b.kind !== PointKind.STORE && kernelDependence(a, b);
  const litmus = litmusFile("two-writes-of-one-page", { everywhere: true, ownMachine: true });
  const found = conflictsOf(litmus, random(1, 5), 5, forgetful);
  expect(found).toContainEqual(expect.stringMatching(/^kernel\.machine\.mm\.map\.count/));
});
