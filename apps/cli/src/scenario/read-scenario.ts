/** A scenario from a file or standard input. */
import { parseScenario, type Scenario } from "@forkpath/scenario";
import { inputName, readInput } from "../read-input.ts";

/**
 * @throws UsageError for a file that cannot be read
 * @throws ScenarioError for a text that is no scenario
 */
export async function readScenario(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<Scenario> {
  const bytes = await readInput(file, stdin);
  return parseScenario(new TextDecoder().decode(bytes), inputName(file));
}
