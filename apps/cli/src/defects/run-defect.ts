/** A defect's scenario as the kernel runs it, and as a mended one would. */
import { runScenario, type Scenario, type ScenarioResult } from "@forkpath/scenario";
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

/** Whether it shows what it says that it shows, and the mended machine does not. */
export const isAsTold = ({ result, cured }: DefectRun): boolean =>
  result.isOk && (cured?.isOk ?? true);
