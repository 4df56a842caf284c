/**
 * dpor on the whole kernel, held against other strategies: it must end in every way that they do.
 *
 * footprint.test.ts looks at the steps themselves; this at what comes of them. The outcome is all
 * that can be seen of the parent: counters, peaks, faults and entries. One exploration never ends
 * unless the kernel's path does: `max` and the step limit of the explorer see to the rest.
 */
import { bounded, type Exploration, exploreProgram, random } from "@forkpath/interleave";
import { expect, test } from "vitest";
import { litmusOf, reduced } from "./litmus-files.ts";

const STEPS = {
  brk: "{ brk: P, by: 1 page }",
  fork: "{ fork: P, as: C }",
  mprotect: "{ mprotect: P heap, access: r }",
  munmap: "{ munmap: P heap 0 }",
  swapIn: "{ read: P cold 0 }",
  swapoff: "{ swapoff: 0, by: admin }",
  write: "{ write: P heap 2 }",
  zap: "{ madvise: P heap, advice: dontneed }",
} as const;
type Step = keyof typeof STEPS;

/** Expectations that nothing can meet: what came instead is the outcome. */
const litmusWith = (nrCpus: number, left: Step, right: Step) =>
  litmusOf(`
machine: { nrCpus: ${nrCpus}, memory: 16M, swap: 1M }
processes:
  admin: { mappings: { heap: { size: 1 page } } }
  P:
    mappings:
      heap: { size: 4 pages, written: 2 pages }
      cold: { size: 2 pages, written: 1 page, swapped: 1 page }
steps:
  - { clone: P, as: T }
threads:
  left: ${STEPS[left]}
  right: ${STEPS[right].replace(" P", " T")}
expect:
  - { process: P, anonRss: 99, swapUsage: 99, hiwaterRss: 99, totalVm: 99, minorFaults: 99 }
  - { mapping: P heap, entries: "s s s s" }
  - { mapping: P cold, entries: "z z" }
`);

const endings = ({ outcomes, failures }: Exploration): string[] => [
  ...outcomes.map(({ outcome }) => outcome),
  ...failures.filter(({ kind }) => kind !== "final").map(({ message }) => message),
];

const PAIRS: readonly (readonly [Step, Step])[] = [
  ["brk", "brk"],
  ["brk", "fork"],
  ["munmap", "fork"],
  ["munmap", "munmap"],
  ["munmap", "swapIn"],
  ["munmap", "swapoff"],
  ["munmap", "zap"],
  ["write", "mprotect"],
  ["write", "munmap"],
  ["zap", "fork"],
  ["zap", "mprotect"],
];

/** Pairs with one page_table_lock, or a lock for each table, in turn. */
test.each(PAIRS.map(([left, right], index) => [left, right, index % 2 === 0 ? 2 : 4] as const))(
  "%s against %s, with %i CPUs",
  (left, right, nrCpus) => {
    const litmus = litmusWith(nrCpus, left, right);
    const few = exploreProgram(litmus, reduced, { max: 2000 });
    expect(few.complete).toBe(true);
    const others = [
      exploreProgram(litmus, bounded(1)),
      exploreProgram(litmus, random(1, 40)),
    ].flatMap(endings);
    expect(new Set(endings(few))).toEqual(new Set([...endings(few), ...others]));
  },
);
