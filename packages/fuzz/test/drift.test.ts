/**
 * What a recount rightly finds wrong for a while, or for good, and random histories allow: see
 * `src/drift-rules.ts`. Each is shown by itself, with what is found after each of its steps.
 */

import { parseScenario, runScenario } from "@forkpath/scenario";
import { mismatchText } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { unmet } from "./results.ts";

/** For each step that leaves something wrong: what it does, and what a recount finds then. */
function foundIn(text: string): Readonly<Record<string, readonly string[]>> {
  const result = runScenario(parseScenario(text, "test"), { check: true });
  expect(unmet(result)).toEqual([]);
  const wrong = result.steps.filter(({ mismatches }) => mismatches.length > 0);
  return Object.fromEntries(wrong.map((step) => [step.text, step.mismatches.map(mismatchText)]));
}

describe("while a call waits for a page that is under way", () => {
  test("an area that it locks is there, and is not counted yet (SPEC §5.12)", () => {
    //  P: page 0 of /dev/shm/s        C: mmap brings it ... waits, with mmap_sem held for writing
    const found = foundIn(`
      processes:
        P: { mappings: { s: { kind: shmem, file: /dev/shm/s, size: 1 page, written: all } } }
        C: { mappings: { heap: { size: 1 page } } }
      steps:
        - { mlockall: C, future: true }
        - { migrateBegin: P s }
        - { mmap: C, as: t, kind: shmem, file: /dev/shm/s, size: 1 page, waits: true }
        - migrateEnd: true
      expect:
        - { mapping: C t, entries: F }
    `);
    expect(found).toEqual({
      "mmap C as t": ["mm: mm2: locked_vm is 1, but 2 counted"],
    });
  });

  test("the pages that it has pinned so far are known, tails of huge ones too (§2.13/2)", () => {
    const found = foundIn(`
      machine: { transparentHugepage: always }
      processes:
        P: { mappings: { big: { size: 513 pages, written: all } } }
      steps:
        - { migrateBegin: P big 512 }
        - { pin: P big 509..512, waits: true }
        - migrateEnd: true
    `);
    expect(found).toEqual({});
  });
});

test("munlock of an area that wants huge pages counts what was never locked (D44)", () => {
  const found = foundIn(`
    machine: { transparentHugepage: madvise }
    processes:
      P: { mappings: { heap: { size: 3 pages } } }
    steps:
      - { madvise: P heap, advice: hugepage }
      - { munlock: P heap 0..1 }
      - { mlock: P heap 2 }
      - { munlock: P heap 2 }
  `);
  const line = "mm: mm1: locked_vm is -2, but 0 counted";
  expect(found).toEqual({
    "munlock P heap 0..1": [line],
    "mlock P heap 2": ["mm: mm1: locked_vm is -1, but 1 counted"],
    "munlock P heap 2": [line],
  });
});

test("a fork that waits copies sizes from before, and so do its children (D36)", () => {
  //  T: pins the heap's page, with mmap_sem held, and waits; then grows the stack over the gap
  //  A: total_vm copied, then waits for mmap_sem, and copies one area page more
  const found = foundIn(`
    processes:
      P:
        mappings:
          heap: { at: 0x40000000, size: 2 pages, written: 0 }
          stack: { at: 0x40002000, kind: stack, size: 1 page }
    steps:
      - { munmap: P heap 1 }
      - { migrateBegin: P heap 0 }
      - { fork: P, as: A }
      - { clone: A, as: T }
      - { pin: T heap, waits: true }
      - { fork: A, as: C, waits: true }
      - migrateEnd: true
      - { fork: C, as: D }
  `);
  const sizes = (mm: string): string[] => [
    `I10: ${mm}: total_vm is 2, but 3 counted`,
    `mm: ${mm}: stack_vm is 1, but 2 counted`,
  ];
  const copiedMigration = "I2: mm2: anon_rss is 0, but 1 counted"; // D3
  expect(found).toMatchObject({
    migrateEnd: [copiedMigration, ...sizes("mm3")],
    "fork C as D": [copiedMigration, ...sizes("mm3"), ...sizes("mm4")],
  });
});

test("swap keeps a page that was under way when the last who knew its slot ended (§3.7)", () => {
  //  slot: P's        cached: by the read        P ends: its entry was one of migration
  const found = foundIn(`
    machine: { swap: 1M }
    processes:
      P: { mappings: { heap: { size: 1 page, written: all } } }
    steps:
      - { fork: P, as: C }
      - { exit: P }
      - { reclaim: C }
      - { read: C heap, expect: [{ page: C heap, swapCached: true }] }
      - { migrateBegin: C heap }
      - { exit: C }
      - migrateEnd: true
      - { wait: init, times: 2 }
    expect:
      - { tasks: 1, anonPages: 0, swapCache: 1, freeSwap: 255, usedPages: 1 }
  `);
  expect(found).toEqual({});
});
