/** The machine of a scenario, mended or not, and what must hold on it in the end. */
import type { KernelName } from "@forkpath/abi";
import type { Kernel } from "@forkpath/kernel";
import type { Expectation } from "../facts/observation.ts";
import type { MachineSpec } from "../format/machine.ts";
import type { Scenario } from "../story/scenario.ts";
import { setUpProcess } from "../world/set-up.ts";
import { createWorld, type World } from "../world/world.ts";

/** Which machine the scenario gets. */
export interface WorldOptions {
  /** On the machine that has the defect mended. */
  readonly cured?: boolean;
  /** Puts another kernel between the scenario and the machine, which hears every call. */
  readonly between?: (kernel: Kernel) => Kernel;
}

/**
 * The machine and its processes, before the first step.
 * @throws CannotRun when it cannot be brought into that state
 * @throws RangeError when it has no cure, and `cured` is asked for
 */
export function openWorld(scenario: Scenario, options: WorldOptions = {}): World {
  const world = createWorld(machineOf(scenario, options), options.between);
  for (const [name, spec] of scenario.processes) setUpProcess(world, name, spec);
  return world;
}

/** What must hold in the end. */
export const wantedAtEnd = (
  { expect, cure }: Scenario,
  { cured = false }: WorldOptions,
): readonly Expectation[] => (cured ? (cure?.expect ?? []) : expect);

/** @throws RangeError when it has no cure, and `cured` is asked for */
export function machineOf(
  { machine, cure, fileName }: Scenario,
  { cured = false }: WorldOptions,
): MachineSpec {
  if (!cured) return machine;
  if (cure === null) throw new RangeError(`runScenario: ${fileName} has no cure to run with`);
  return { ...machine, ...cure.machine };
}

/**
 * The same history on a machine of that release, whatever it says itself.
 * @example
 * ```ts
 * import { onKernel, parseScenario } from "@forkpath/scenario";
 * const scenario = parseScenario("processes: { P: {} }\nsteps: [{ fork: P, as: C }]\n");
 * console.log(onKernel(scenario, "v6.18").machine.kernel); // v6.18
 * ```
 */
export const onKernel = (scenario: Scenario, kernel: KernelName): Scenario => ({
  ...scenario,
  machine: { ...scenario.machine, kernel },
});
