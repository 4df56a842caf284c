/** The litmuses that come with forkpath. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dpor, type Strategy } from "@forkpath/interleave";
import type { MachineSpec, Scenario } from "@forkpath/scenario";
import { parseScenario } from "@forkpath/scenario";
import {
  kernelApart,
  kernelDependence,
  kernelForced,
  type Litmus,
  type ScenarioLitmusOptions,
  type ScenarioState,
  scenarioLitmus,
} from "../src/index.ts";

/** `dpor` as it is for calls of the kernel. */
export const reduced: Strategy = dpor({
  dependent: kernelDependence,
  forced: kernelForced,
  apart: kernelApart,
});

const FOLDER = join(import.meta.dirname, "../../../examples/litmus");

/** Their names, in order. */
export const litmusNames: readonly string[] = readdirSync(FOLDER)
  .map((file) => file.replace(/\.yaml$/, ""))
  .sort();

export const litmusText = (name: string): string =>
  readFileSync(join(FOLDER, `${name}.yaml`), "utf8");

export interface FileOptions extends ScenarioLitmusOptions {
  /** What is different about the machine. */
  readonly machine?: MachineSpec;
  /** Where threads take turns; empty for everywhere. */
  readonly switchAt?: readonly string[];
}

const NOWHERE = { line: 1, column: 1 };

/** One of them, perhaps on another machine. */
export function litmusFile(
  name: string,
  { machine, switchAt, ...options }: FileOptions = {},
): Litmus<ScenarioState> {
  return litmusOf(litmusText(name), { machine, switchAt, ...options }, name);
}

/** A litmus written in a test. */
export function litmusOf(
  text: string,
  {
    machine = {},
    switchAt,
    ...options
  }: { [K in keyof FileOptions]: FileOptions[K] | undefined } = {},
  name = "test",
): Litmus<ScenarioState> {
  const parsed = parseScenario(text, name);
  const scenario: Scenario = {
    ...parsed,
    machine: { ...parsed.machine, ...machine },
    switchAt: switchAt?.map((one) => ({ name: one, at: NOWHERE })) ?? parsed.switchAt,
  };
  const { cured = false, everywhere = false, ownMachine = false } = options;
  return scenarioLitmus(name, scenario, { cured, everywhere, ownMachine });
}
