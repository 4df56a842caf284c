/**
 * Examples that ship, done for real on this machine's own kernel: not one value differs from the
 * model. It takes some ten seconds of CPU, because they fill and copy some hundred megabytes.
 */
import { readFileSync } from "node:fs";
import { planLive, runLive } from "@forkpath/live";
import { parseScenario } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { whyNotHere } from "./here.ts";

const why = whyNotHere();
const EXAMPLES = [
  ...["dontfork-arena", "exec-maxrss", "exit-order", "fork-chain", "huge-page-split"],
  ...["many-calls", "prefork-server", "redis-snapshot", "shared-memory", "task-limits"],
];

// khugepaged and DAMON of the machine may touch a page meanwhile: hardly twice.
test.for(EXAMPLES)(
  "%s: the kernel does what the model does",
  { retry: 1 },
  async (name, context) => {
    if (why !== null) context.skip(why);
    const path = new URL(`../../../examples/${name}.yaml`, import.meta.url);
    const plan = planLive(parseScenario(readFileSync(path, "utf8"), name));
    expect([plan.obstacles, plan.canRun]).toEqual([[], true]);
    const { steps, values } = await runLive(plan, { env: process.env });
    expect(steps.flatMap(({ differences }) => differences)).toEqual([]);
    expect(steps.length).toBe(plan.scenario.steps.length + 1);
    expect(values).toBeGreaterThan(1000);
  },
);
