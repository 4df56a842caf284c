/**
 * What sums count once (a listing of /proc has processes, and a thread's memory is its process's).
 */
import { expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";
import { unmet } from "./files.ts";

const testText = (title: string, text: string): void =>
  test(title, () => {
    expect(unmet(runScenario(parseScenario(text, "test")))).toEqual([]);
  });

testText(
  "threads, vfork children and CLONE_VM processes share one address space",
  `
processes:
  P: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
  - { clone: P, as: T, times: 2, expect: [{ sum: VmRSS, of: all, is: 16 }, { sum: anonRss, of: T*, is: 4 }] }
  - { fork: P, as: C, expect: [{ sum: VmRSS, of: all, is: 32 }, { sum: Pss, of: all, is: 16 }] }
  - { vfork: C, as: V, waits: true, expect: [{ sum: VmRSS, of: all, is: 32 }, { sum: Rss, of: [C, V], is: 16 }] }
`,
);

testText(
  "faults are each task's own; one that has ended adds nothing",
  `
processes:
  P: { mappings: { heap: { size: 4 pages } } }
steps:
  - { clone: P, as: T }
  - { write: P heap 0..1 }
  - { write: T heap 2..3, expect: [{ sum: minorFaults, of: all, is: 4 }, { sum: VmRSS, of: all, is: 16 }] }
  - { fork: P, as: C }
  - { exit: C, expect: [{ sum: VmRSS, of: all, is: 16 }] }
`,
);

testText(
  "swapoff by a process: what it may do, and whether a signal waits for it",
  `
machine: { swap: 1M }
processes:
  U: { user: 1000, mappings: { heap: { size: 1 page, swapped: all } } }
  R: { mappings: { heap: { size: 1 page } } }
  A: { user: 1000, admin: true, mappings: { heap: { size: 1 page } } }
steps:
  - { swapoff: 0, by: U, fails: EPERM }
  - { swapoff: 5, by: U, fails: EPERM }
  - { signal: R }
  - { swapoff: 0, by: R, fails: EINTR }
  - { swapoff: 0, by: A, expect: [{ mapping: U heap, entries: r }, { freeSwap: 0 }] }
`,
);
