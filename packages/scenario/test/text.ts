/** What parsing says of a text, for tests. */
import { parseScenario, ScenarioError } from "../src/index.ts";

/** The message for a text, without the file's name; empty if it is a scenario. */
export function problemsOf(text: string): string {
  try {
    parseScenario(text, "f.yaml");
    return "";
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.replaceAll(/^f\.yaml:/gm, "");
  }
}
