/** A run on the running kernel: what it finds, what it leaves out, and what it leaves behind. */
import { readdirSync, readFileSync } from "node:fs";
import { type LiveStep, planLive, profileFor, runLive } from "@forkpath/live";
import { describe, expect, test } from "vitest";
import { scenarioOf, whyNotHere } from "./here.ts";

const why = whyNotHere();
const { env } = process;

const TWO = `
processes:
  parent: { mappings: { heap: { size: 8 pages, written: 50% } } }
steps:
  - { fork: parent, as: child }
  - { write: child heap 1..5 }
`;

const differencesOf = (steps: readonly LiveStep[]): string[] =>
  steps.flatMap(({ differences }) => differences.map(({ text }) => text));

test("the profile of a release is its own, or the last one before it", () => {
  const told = (release: string): string => {
    const { kernel, isExact } = profileFor(release);
    return isExact ? kernel : `about ${kernel}`;
  };
  expect(told("6.18.44")).toBe("v6.18");
  expect(told("6.1.0-56-amd64")).toBe("v6.1");
  expect(told("6.8.0-31-generic")).toBe("about v6.1");
  expect(told("9.0.0")).toBe("about v6.18");
  expect(told("4.18.0-553.el8_10.x86_64")).toBe("rhel8");
  expect(told("2.6.32-642.6.2.el6.x86_64")).toBe("el6");
  expect(told("2.6.18")).toBe("about el6");
});

describe("what cannot be done for real is said before it starts", () => {
  const RACES = `
processes:
  parent: { mappings: { heap: { size: 4 pages, written: all } } }
steps:
  - { migrateBegin: parent heap 0 }
  - { fork: parent, as: child, failAllocation: 300 }
  - { migrateEnd: true }
  - { write: parent heap }
  - { write: child heap }
`;

  test("with its line and the reason", (context) => {
    if (why !== null) context.skip(why);
    const plan = planLive(scenarioOf(RACES));
    expect(plan.canRun).toBe(false);
    const told = plan.obstacles.map(({ line, why: reason }) => `${line}: ${reason}`);
    expect(told).toEqual([
      "5: a migration cannot be stopped half-way",
      "6: no request for memory can be made to fail",
      "7: a migration cannot be stopped half-way",
    ]);
  });

  test("or is left out, and the rest is done", async (context) => {
    if (why !== null) context.skip(why);
    const plan = planLive(scenarioOf(RACES), { leaveOut: true });
    expect([plan.canRun, plan.obstacles.length]).toEqual([true, 4]); // there is no child to write
    const { steps } = await runLive(plan, { env });
    expect(steps.map(({ line }) => line)).toEqual([1, 8]);
    expect(differencesOf(steps)).toEqual([]);
  });
});

test("a kernel that does something else is found out", async (context) => {
  if (why !== null) context.skip(why);
  const plan = planLive(scenarioOf(TWO), { kernel: "el6" });
  const { steps } = await runLive(plan, { env, keepGoing: true });
  // Of el6 VmPTE has only the last level, and a read-only entry counts as dirty or not otherwise.
  expect(differencesOf(steps)).toContain("parent VmPTE");
  expect(steps.length).toBe(3);
});

test("each part of a huge page is mapped as often as the whole, before 6 too", async (context) => {
  if (why !== null) context.skip(why);
  const HUGE = `
machine: { transparentHugepage: madvise }
processes:
  parent: { mappings: { big: { size: 4M } } }
steps:
  - { madvise: parent big, advice: hugepage }
  - { write: parent big }
  - { fork: parent, as: child }
`;
  const plan = planLive(scenarioOf(HUGE), { kernel: "v5.4" });
  const { steps } = await runLive(plan, { env, keepGoing: true });
  expect(differencesOf(steps)).toEqual([]);
  expect(steps.length).toBe(4);
});

test("the run ends with the first step that differs", async (context) => {
  if (why !== null) context.skip(why);
  const { steps } = await runLive(planLive(scenarioOf(TWO), { kernel: "el6" }), { env });
  expect(steps.length).toBe(1);
});

test("no process is left behind, nor when it is stopped between two steps", async (context) => {
  if (why !== null) context.skip(why);
  const seen: LiveStep[] = [];
  const result = await runLive(planLive(scenarioOf(TWO)), {
    env,
    onStep: (step) => seen.push(step),
    isStopped: () => seen.length === 2,
  });
  expect([result.isInterrupted, seen.length]).toEqual([true, 2]);
  await expect.poll(recorders).toEqual([]);
});

/** Whoever runs our recorder and is our child. */
function recorders(): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      return stat.includes("(recorder-") && stat.includes(`) ${process.pid} `);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}
