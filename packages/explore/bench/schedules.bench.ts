/**
 * How many schedules a second: on bare counters, where a run is 18 steps, and on a whole kernel,
 * where each run boots a machine.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bounded, dfs, dpor, exploreProgram, replay } from "@forkpath/interleave";
import { parseScenario } from "@forkpath/scenario";
import { test } from "vitest";
import {
  allMonitors,
  execCharge,
  kernelDependence,
  kernelForced,
  observe,
  scenarioLitmus,
} from "../src/index.ts";

const reduced = dpor({ dependent: kernelDependence, forced: kernelForced });

test("exec's charge against four faults, on bare counters", async ({ bench }) => {
  const litmus = execCharge();
  await bench("dfs: 153 schedules", () => void exploreProgram(litmus, dfs())).run();
  await bench("dpor: 25 schedules", () => void exploreProgram(litmus, reduced)).run();
  await bench("replay: 1 schedule", () => void replay(litmus, "v1:ab16")).run();
  await bench("observe with monitors: 1 schedule", () => {
    observe(litmus, "v1:ab16", { monitors: allMonitors() });
  }).run();
});

test("two forks of one parent, in a whole kernel", async ({ bench }) => {
  const path = join(import.meta.dirname, "../../../examples/litmus/two-forks.yaml");
  const litmus = scenarioLitmus("two-forks", parseScenario(readFileSync(path, "utf8"), path));
  const once = bounded(0);
  await bench("1 schedule", () => void exploreProgram(litmus, once, { max: 1 })).run();
});
