import { bounded } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { execCharge, explore } from "../src/index.ts";

const scenario = parseScenario(`
machine: { nrCpus: 2, memory: 16M }
processes:
  server: { mappings: { heap: { size: 16 pages, written: 1 pages } } }
steps:
  - { clone: server, as: worker }
  - { vfork: server, as: child, waits: true }
threads:
  exec: { exec: child, args: 2 pages }
  fault: { write: worker heap 5 }
expect:
  - { process: worker, anonRss: 2 }
switchAt: [mm1._anon_rss, mm1.mm]
cure:
  machine: { rules: { argLock: { cures: D1 } } }
  expect:
    - { process: worker, anonRss: 2 }
`);

test("a scenario goes in, and its endings come out", () => {
  const { outcomes, failures, guarantee, litmus } = explore(scenario, { strategy: "bounded:1" });
  expect(outcomes.map(({ outcome }) => outcome)).toContain("worker anonRss: 2 pages");
  expect(failures.map(({ message }) => message.split(";")[0])).toContain(
    "worker anonRss: wanted 2 pages, got 1 page",
  );
  expect(guarantee).toBe("every schedule with at most 1 preemption");
  expect(litmus.threadNames).toEqual(["exec", "fault"]);
});

test("the plainest failure is explained when a caller asks", () => {
  const plainest = explore(scenario, { strategy: "bounded:1", name: "vfork" }).explain();
  expect(plainest).toMatchObject({ preemptions: 1, isLeast: true });
  expect(plainest?.plainest).toMatch(/^vfork@v1:/);
});

test("a litmus goes in as well, with a strategy in words or made", () => {
  const told = explore(execCharge(), { strategy: "bounded:1" });
  const made = explore(execCharge(), { strategy: bounded(1) });
  expect(told.failures).toEqual(made.failures);
  expect(told.explain()?.isLeast).toBe(true);
});

test("where all goes well there is nothing to explain", () => {
  const cured = explore(scenario, { cured: true });
  expect(cured.failures).toEqual([]);
  expect(cured.explain()).toBe(null);
});

test("it stops where it was told to, and says that it is short", () => {
  const { schedules, complete, guarantee } = explore(scenario, { max: 2 });
  expect({ schedules, complete }).toEqual({ schedules: 2, complete: false });
  expect(guarantee).toMatch(/^2 schedules, short of /);
  expect(() => explore(scenario, { max: 0 })).toThrow(RangeError);
  expect(() => explore(scenario, { strategy: "luck" })).toThrow("wanted dfs, dpor");
});
