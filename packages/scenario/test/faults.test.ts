/** Each allocation of a step fails once: nothing may leak, whatever the step. */
import { expect, test } from "vitest";
import { CannotRun, type Fault, parseScenario, runFaults } from "../src/index.ts";

const EVERYTHING = `
machine: { swap: 1M, memory: 16M }
processes:
  P:
    mappings:
      heap: { size: 6 pages, written: 0..4, swapped: 0 }
      lib: { kind: file, size: 4 pages, read: all, written: 1 }
      log: { kind: shared-file, size: 4 pages, written: 0 }
      shared: { kind: shmem, size: 4 pages, written: 0..1 }
      stack: { kind: stack, size: 4 pages, written: 2..3 }
      gpu: { kind: device, size: 2 pages, written: 0 }
`;

test("a fork of everything: each of its allocations fails cleanly", () => {
  const report = runFaults(parseScenario(`${EVERYTHING}steps: [{ fork: P, as: C }]`));
  const kinds = new Set(report.faults.map(({ what }) => what));
  expect([...kinds]).toEqual(
    expect.arrayContaining(["task", "mm", "vma", "anon_vma", "pte", "pid"]),
  );
  expect(report.faults.flatMap(({ mismatches, leaks }) => [...mismatches, ...leaks])).toEqual([]);
  expect(report.isOk).toBe(true);
  const unharmed = report.faults.filter(({ outcome }) => outcome === "success");
  // The only one that fork can do without: a chain link that it asks for once more.
  expect(new Set(unharmed.map(({ what }) => what))).toEqual(new Set(["avc"]));
});

test("an exec, a fault, a write and an mmap: the same", () => {
  const steps = `steps:
  - { fork: P, as: C }
  - { read: C heap 0 }
  - { write: C heap }
  - { mmap: C, as: more, size: 3 pages }
  - { exec: C, args: 2 pages }
`;
  const report = runFaults(parseScenario(EVERYTHING + steps));
  expect(report.faults.flatMap(({ mismatches, leaks }) => [...mismatches, ...leaks])).toEqual([]);
  expect(new Set(report.faults.map(({ step }) => step))).toEqual(new Set([1, 2, 3, 4, 5]));
});

test("what was refused is told, step by step", () => {
  const told: Fault[] = [];
  const scenario = parseScenario(
    "processes: { P: { mappings: { heap: { size: 2 pages } } } }\nsteps: [{ fork: P }, { write: P heap }]",
  );
  const report = runFaults(scenario, { step: 2, onFault: (fault) => told.push(fault) });
  expect(told).toEqual(report.faults);
  expect(told.map(({ allocation, what, outcome }) => [allocation, what, outcome])).toEqual([
    [1, "pud", "ENOMEM"],
    [2, "pmd", "ENOMEM"],
    [3, "pte", "ENOMEM"],
    [4, "avc", "ENOMEM"],
    [5, "anon_vma", "ENOMEM"],
    [6, "page", "ENOMEM"],
    [7, "page", "ENOMEM"],
  ]);
  expect(told[0]).toMatchObject({
    step: 2,
    line: 2,
    text: "write P heap",
    mismatches: [],
    leaks: [],
  });
});

test("what a defect leaves behind shows", () => {
  const text = `processes: { P: { mappings: { heap: { size: 2 pages, written: all } } } }
steps: [{ migrateBegin: P heap 0 }, { munmap: P heap }, { fork: P, as: C }]`;
  const { faults, isOk } = runFaults(parseScenario(text), { step: 3 });
  expect(isOk).toBe(false);
  expect(faults[0].leaks.map(({ rule }) => rule)).toContain("I13");
});

test("the steps of threads are steps too, one after the other", () => {
  const threads = "threads: { a: { read: P heap 4 }, b: { write: P heap 5 } }\n";
  const { faults, isOk } = runFaults(parseScenario(`${EVERYTHING}${threads}`));
  expect(isOk).toBe(true);
  expect(new Set(faults.map(({ step }) => step))).toEqual(new Set([2]));
});

test("a race that has paused goes to its end before all is recounted", () => {
  const race = `{ race: { a: { mremap: P heap, size: 9 pages, to: 0x40000000 } }, schedule: [a 9], pause: true }`;
  const steps = `steps: [${race}, { resume: true }]`;
  const { faults } = runFaults(parseScenario(EVERYTHING + steps), { step: 1 });
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.flatMap(({ leaks }) => leaks)).toEqual([]);
});

test("a machine that cannot be set up is no clean run", () => {
  const text = EVERYTHING.replace("memory: 16M", "memory: 64K");
  expect(() => runFaults(parseScenario(text))).toThrow(CannotRun);
});
