import type { ScenarioResult } from "@forkpath/scenario";
import { mismatchText } from "@forkpath/sync";

/** What was not as wanted, as lines to read; empty for a run that is fine. */
export const unmet = ({ expectations }: ScenarioResult): readonly string[] =>
  expectations
    .filter(({ isMet }) => !isMet)
    .map(({ line, text, wanted, got }) => `${line}: ${text}: wanted ${wanted}, got ${got}`);

/** What the recounts found, step by step. */
export const mismatches = ({ steps }: ScenarioResult): readonly string[] =>
  steps.flatMap(({ text, mismatches }) => mismatches.map((one) => `${text}: ${mismatchText(one)}`));
