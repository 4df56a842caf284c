/** Races: who goes when, how far, and what is left when a turn cannot be taken. */
import { expect, test } from "vitest";
import { parseScenario, runScenario } from "../src/index.ts";
import { unmet } from "./files.ts";

/** Two threads of one process without split locks, each writing to a page of its own. */
function counted(schedule: string): number {
  const { expectations } = runScenario(
    parseScenario(
      `
machine: { nrCpus: 2 }
processes:
  P: { mappings: { heap: { size: 2 pages }, more: { size: 2 pages } } }
steps:
  - { clone: P, as: T }
  - race:
      a: { exec: C, args: 1 page }
      b: { write: T heap 0 }
    schedule: ${schedule}
expect: [{ process: T, anonRss: 99 }]
`.replace("  - race:", "  - { vfork: P, as: C, waits: true }\n  - race:"),
    ),
  );
  return Number.parseInt(expectations.at(-1)?.got ?? "", 10);
}

test("without a schedule, one goes after the other: nothing is lost", () => {
  expect(counted("[]")).toBe(1);
});

test("a store over another's store loses it (SPEC §1.7)", () => {
  expect(counted("[a until store mm1._anon_rss, b to the end]")).toBe(0);
});

test("letters give single steps, and any number of them is a schedule", () => {
  const outcomes = new Set<number>();
  for (let first = 1; first < 120; first += 1)
    outcomes.add(counted(`${"a".repeat(first)}${"b".repeat(40)}`));
  expect([...outcomes].sort()).toEqual([0, 1]);
});

const history = (race: string, ...rest: string[]): string => `
processes:
  P: { mappings: { heap: { size: 4 pages, written: all }, more: { size: 4 pages } } }
steps:
  - { clone: P, as: T }
  - race: ${race}
${rest.map((line) => `    ${line}`).join("\n")}
`;
const both = "{ a: { fork: P, as: C }, b: { munmap: T more } }";

test("a turn that leads nowhere tells how far it came", () => {
  const [line] = unmet(
    runScenario(parseScenario(history(both, "schedule: [a until lock nothing]"))),
  );
  expect(line).toMatch(/got a ends before "lock nothing"; it has passed: .*unlock mm1\.mmap_sem/);
});

test("a thread that has to wait gives up its turn, and goes on when it can", () => {
  const schedule = "schedule: [b until unlock mmap_sem, a to the end, b to the end]";
  const result = runScenario(
    parseScenario(`${history(both, schedule)}expect:\n  - { process: C, totalVm: 4 }`),
  );
  expect(unmet(result)).toEqual([]);
});

test("a turn that must go on, and cannot, says for what it waits", () => {
  const schedule = "schedule: [b until unlock mmap_sem, a until store pte]";
  const [line] = unmet(runScenario(parseScenario(history(both, schedule))));
  expect(line).toContain("got a waits for lock mm1.mmap_sem before");
});

test("a pause lets others look, and resume ends it", () => {
  const text = `${history(both, "schedule: [a until lock mmap_sem]", "pause: true")}
  - { look: now, expect: [{ process: P, state: running }, { tasks: 3 }] }
  - { resume: true, expect: [{ tasks: 4 }] }
  - { resume: true }
`;
  const result = runScenario(parseScenario(text));
  expect(unmet(result)).toEqual(["12: resume: wanted success, got no race has paused"]);
});

test("what a thread's call answers, the step answers", () => {
  const races = "{ a: { fork: P, as: C }, b: { write: T more } }";
  const text = history(races, "schedule: [b to the end]", "failAllocation: 6", "fails: ENOMEM");
  expect(unmet(runScenario(parseScenario(text)))).toEqual([]);
});

test("exec ends a thread that is half-way through a fault, and goes on when that one has died", () => {
  const race = "{ a: { exec: P, program: /bin/sh }, b: { write: T more 0 } }";
  const schedule = "schedule: [b until lock mm1.pt, a to the end]";
  const text = `${history(race, schedule)}expect: [{ process: P, mmUsers: 1 }, { check: clean }]`;
  expect(unmet(runScenario(parseScenario(text), { check: true }))).toEqual([]);
});
