/**
 * Words and facts that a history can ask for: each in a small one, whose right answers are el6's.
 */
import { describe, expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";
import { mismatches, unmet } from "./files.ts";
import { problemsOf } from "./text.ts";

const A = "{ size: 8 pages, written: all }";

/** What was not as it should be: an expectation, or a recount. */
function wrongIn(mappings: string, ...steps: readonly string[]): readonly string[] {
  const text = `
machine: { swap: 1M, memory: 64M }
processes: { P: { mappings: { ${mappings} } } }
steps:
${steps.map((step) => `  - ${step}`).join("\n")}`;
  const result = runScenario(parseScenario(text, "f.yaml"), { check: true });
  expect(result.steps.length).toBe(steps.length);
  return [...unmet(result), ...mismatches(result)];
}

describe("words", () => {
  test.each<[string, string, ...string[]]>([
    [
      "munlockall",
      `A: ${A}`,
      "{ mlockall: P, future: true, expect: [{ process: P, VmLck: 32 kB }] }",
      "{ munlockall: P, expect: [{ process: P, VmLck: 0 }, { mapping: P A, locked: false }] }",
      "{ mmap: P, as: B, size: 1M, expect: [{ mapping: P B, Rss: 0 }] }",
    ],
    [
      "mremap to an address, over what is there",
      `A: ${A}, B: { size: 8 pages, at: 0x40000000, written: all }`,
      "{ mremap: P A, size: 8 pages, to: 0x40000000, expect: [{ mapping: P A, Rss: 32 kB, areas: 1 }, { process: P, anonRss: 8, totalVm: 8 }] }",
      "{ write: P A 7 }",
    ],
    [
      "mremap of a half, with a name for it",
      `A: ${A}`,
      "{ mremap: P A 4..7, size: 6 pages, to: 0x40000000, as: B }",
      "{ write: P B 5, expect: [{ mapping: P B, entries: W*4 - W }, { mapping: P A 0..3, entries: W*4 }, { mapping: P A 4..7, areas: 0 }] }",
      "{ munmap: P A 0..3, expect: [{ process: P, anonRss: 5 }] }",
    ],
    [
      "mremap that shrinks a part, with a name for it",
      `A: ${A}`,
      "{ mremap: P A 0..3, size: 1 pages, as: B, expect: [{ mapping: P B, entries: W }, { mapping: P A, entries: W -*3 W*4 }] }",
    ],
    [
      "MAP_POPULATE",
      `A: { size: 4 pages, populate: true }`,
      "{ look: x, expect: [{ mapping: P A, entries: W*4 }] }",
      "{ mmap: P, as: B, size: 4 pages, access: r, populate: true, expect: [{ mapping: P B, entries: z*4 }] }",
      "{ mmap: P, as: C, size: 4 pages, access: none, populate: true, expect: [{ mapping: P C, Rss: 0 }] }",
    ],
    [
      "access w alone: el6 maps such pages writable, and so readable",
      `A: { size: 2 pages, access: w }`,
      "{ write: P A, expect: [{ mapping: P A, entries: W*2 }] }",
      "{ mprotect: P A, access: wx }",
    ],
    [
      "access x alone: no write",
      `A: { size: 2 pages, access: x }`,
      "{ write: P A, fails: SIGSEGV }",
      "{ mprotect: P A, access: rw }",
      "{ write: P A }",
    ],
    [
      "advice by number, known or not",
      `A: ${A}`,
      "{ madvise: P A, advice: 10, expect: [{ mapping: P A, dontfork: true }] }",
      "{ madvise: P A, advice: 4, expect: [{ mapping: P A, Rss: 0 }] }",
      "{ madvise: P A, advice: 999, fails: EINVAL }",
      "{ madvise: P A, advice: wipeonfork, fails: EINVAL }",
    ],
    [
      "SIGCHLD that is ignored: no zombie, nothing to wait for",
      `A: ${A}`,
      "{ signal: P, sigchld: ignored }",
      "{ fork: P, as: C }",
      "{ exit: C, expect: [{ process: C, state: gone }] }",
      "{ wait: P, fails: ECHILD }",
      "{ signal: P, sigchld: default }",
      "{ fork: P, as: D }",
      "{ exit: D, expect: [{ process: D, state: zombie }] }",
      "{ wait: P }",
    ],
    [
      "two refused requests in one step",
      `A: ${A}`,
      "{ fork: P, as: C, failAllocation: 10 }", // what links the area is asked for once more
      "{ fork: P, as: D, failAllocation: [10, 11], fails: ENOMEM }",
      "{ read: P A, failAllocation: [] }",
    ],
    [
      "overcommit that changes midway",
      `A: { size: 8M }`,
      "{ overcommit: { mode: strict, ratio: 10 } }",
      "{ fork: P, as: C, fails: ENOMEM }",
      "{ overcommit: always }",
      "{ fork: P, as: C }",
    ],
    [
      "limits that change midway",
      `A: { size: 8M }`,
      "{ limit: P, as: 9M }",
      "{ mmap: P, as: B, size: 8M, fails: ENOMEM }",
      "{ limit: P, as: unlimited }",
      "{ mmap: P, as: B, size: 8M }",
    ],
    [
      "truncate to nothing",
      `A: { kind: shared-file, file: /data/f, size: 4 pages, written: all }`,
      "{ truncate: /data/f, size: 0, expect: [{ file: /data/f, cachedPages: 0 }, { mapping: P A, Rss: 0 }] }",
      "{ read: P A 0, fails: SIGBUS }",
    ],
    [
      "a vfork parent is still in its call",
      `A: ${A}`,
      "{ vfork: P, as: C, waits: true }",
      "{ write: P A 0, waits: true, expect: [{ process: P, state: waiting }] }",
      "{ exec: C, expect: [{ process: P, state: running }] }",
      "{ write: P A 0 }",
    ],
    [
      "a stack grows from where it begins now, each time by its guard page more",
      `stack: { kind: stack, size: 4 pages }`,
      "{ growStack: P stack, by: 2 pages, expect: [{ process: P, stackVm: 7 }] }",
      "{ growStack: P stack, by: 2 pages, expect: [{ process: P, stackVm: 10 }] }",
      "{ growStack: P stack, by: 1, expect: [{ process: P, stackVm: 12 }] }",
    ],
    [
      "mmap with what is done to it",
      `A: ${A}`,
      "{ mmap: P, as: B, size: 4 pages, read: 0..1, written: 1..2, locked: false, expect: [{ mapping: P B, entries: z W*2 - }] }",
      "{ size: 4 pages, read: all, mmap: P, as: C, expect: [{ mapping: P C, entries: z*4 }] }",
    ],
  ])("%s", (_, mappings, ...steps) => {
    expect(wrongIn(mappings, ...steps)).toEqual([]);
  });

  test.each([
    ["{ madvise: P A, advice: -1 }", /wanted a whole number from 0 to 2147483647, got -1$/],
    [
      "{ mprotect: P A, access: xr }",
      /wanted one of none, r, w, x, rw, rx, wx, rwx, got "xr"; did you mean/,
    ],
    ["{ fork: P, failAllocation: [0] }", /wanted a whole number from 1/],
    ["{ overcommit: sometimes }", /wanted heuristic, always, strict, or an object/],
    [
      "{ signal: P, sigchld: ignore }",
      /wanted one of default, ignored, nocldwait, .*did you mean ignored/,
    ],
    ["{ mremap: P A, size: 1, to: 0x123 }", /wanted an address on a page boundary/],
    ["{ write: P A, read: P A }", /unknown key read; there are write/],
  ])("%s is wrong", (step, message) => {
    expect(problemsOf(`processes: { P: { mappings: { A: ${A} } } }\nsteps: [${step}]`)).toMatch(
      message,
    );
  });
});

describe("facts", () => {
  test.each<[string, string, ...string[]]>([
    [
      "Referenced counts what was used, and fork's copies are old",
      `A: ${A}`,
      "{ fork: P, as: C, expect: [{ process: P, Referenced: 32 kB }, { mapping: C A, Referenced: 0, Rss: 32 kB }] }",
      "{ read: C A 0..1, expect: [{ mapping: C A, Referenced: 8 kB }] }",
    ],
    [
      "mincore sees the page cache, and the swap cache",
      `A: { size: 8 pages, written: 0..3, swapped: 2..3 }, F: { kind: file, size: 4 pages, read: 0..1 }`,
      "{ look: x, expect: [{ mapping: P A, mincore: 2 }, { page: P A 2, inCore: false }, { mapping: P F, mincore: 2 }] }",
      "{ madvise: P F, advice: dontneed, expect: [{ mapping: P F, mincore: 2, Rss: 0 }] }",
      "{ dropCaches: true, expect: [{ mapping: P F, mincore: 0 }] }",
      "{ fork: P, as: C }",
      "{ read: C A 2, expect: [{ page: P A 2, entry: s, inCore: true, mapcount: 1 }] }",
    ],
    [
      "the mapcount of a page that only the swap cache has",
      `A: { size: 1 pages, swapped: all }`,
      "{ fork: P, as: C }",
      "{ read: C A }",
      "{ exit: C, expect: [{ page: P A, entry: s, mapcount: 0, swapCached: true }] }",
    ],
    [
      "a frame is compared with that of before the step",
      `A: ${A}`,
      "{ fork: P, as: C, expect: [{ page: P A, sameFrameAsBefore: true }] }",
      "{ write: P A 0, expect: [{ page: P A 0, sameFrameAsBefore: false }, { page: C A, sameFrameAsBefore: true }, { page: P A 1..7, sameFrameAsBefore: true }] }",
      "{ write: C A 0, expect: [{ page: C A 0, sameFrameAsBefore: true }] }",
    ],
  ])("%s", (_, mappings, ...steps) => {
    expect(wrongIn(mappings, ...steps)).toEqual([]);
  });

  test("before the step there may be no frame, and at the end there is no step", () => {
    const text = `processes: { P: { mappings: { A: { size: 1 } } } }
steps:
  - { write: P A, expect: [{ page: P A, sameFrameAsBefore: true }] }
expect: [{ page: P A, sameFrameAsBefore: true }]`;
    const told = unmet(runScenario(parseScenario(text)));
    expect(told).toHaveLength(2);
    expect(told[0]).toContain("there was no frame when the step began");
  });
});

describe("a defect excuses what it spoils", () => {
  const spoilt = (defect: string): boolean => {
    const text = `defect: ${defect}
processes: { P: { mappings: { A: ${A} } } }
steps:
  - { migrateBegin: P A 0 }
  - { munmap: P A }`;
    return runScenario(parseScenario(text), { check: true }).isOk;
  };
  test("and nothing else", () => {
    expect(spoilt("D3")).toBe(true); // anon_rss, of a migration entry that was dropped uncounted
    expect(spoilt("D4")).toBe(false);
    expect(spoilt("D44")).toBe(false);
    expect(spoilt("D8")).toBe(false);
  });
});
