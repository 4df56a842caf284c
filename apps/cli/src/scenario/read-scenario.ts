/** A scenario from a file or standard input. */
import type { KernelName } from "@forkpath/abi";
import { onKernel, parseScenario, type Scenario } from "@forkpath/scenario";
import { inputName, readInput } from "../read-input.ts";

/**
 * @param kernel what it is to run on, whatever it says itself
 * @throws UsageError for a file that cannot be read
 * @throws ScenarioError for a text that is no scenario
 */
export async function readScenario(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
  kernel?: KernelName,
): Promise<Scenario> {
  const bytes = await readInput(file, stdin);
  const scenario = parseScenario(new TextDecoder().decode(bytes), inputName(file));
  return kernel === undefined ? scenario : onKernel(scenario, kernel);
}
