/** A defect's scenario as the kernel runs it, and as a mended one would. */
import type { KernelName } from "@forkpath/abi";
import { onKernel, runScenario, type Scenario, type ScenarioResult } from "@forkpath/scenario";
import { readDefectScenario } from "./find-defects.ts";

export interface DefectRun {
  readonly scenario: Scenario;
  readonly result: ScenarioResult;
  /** Null where no configuration mends it. */
  readonly cured: ScenarioResult | null;
}

export async function runDefect(file: string): Promise<DefectRun> {
  const scenario = await readDefectScenario(file);
  return {
    scenario,
    result: runScenario(scenario),
    cured: scenario.cure === null ? null : runScenario(scenario, { cured: true, check: true }),
  };
}

/**
 * Whether the defect shows on another release: all that its scenario expects comes true. What
 * depends on figures of el6 may show in another way, and is then not seen.
 */
export async function isSeenOn(file: string, kernel: KernelName): Promise<boolean> {
  const scenario = onKernel(await readDefectScenario(file), kernel);
  return runScenario(scenario).expectations.every(({ isMet }) => isMet);
}

/** Whether it shows what it says that it shows, and the mended machine does not. */
export const isAsTold = ({ result, cured }: DefectRun): boolean =>
  result.isOk && (cured?.isOk ?? true);
