/** A run for programs: what `--json` writes. */
import type { ExpectationResult, ScenarioResult, StepResult } from "@forkpath/scenario";
import { splitResult } from "./split-result.ts";

export interface ExpectationJson {
  readonly line: number;
  readonly text: string;
  readonly wanted: string;
  readonly got: string;
  readonly ok: boolean;
}

/** Its mismatches are empty without `--check`. */
interface JsonStep extends Omit<StepResult, "number" | "expectations"> {
  readonly expectations: readonly ExpectationJson[];
}

interface JsonResult {
  readonly file: string;
  readonly title: string;
  readonly ok: boolean;
  readonly steps: readonly JsonStep[];
  /** Those of the end. */
  readonly expectations: readonly ExpectationJson[];
}

export function resultJson(result: ScenarioResult): JsonResult {
  const { steps, atEnd } = splitResult(result);
  const { fileName: file, title } = result.scenario;
  return {
    file,
    title,
    ok: result.isOk,
    steps: steps.map(({ number: _, expectations, ...step }) => ({
      ...step,
      expectations: expectations.map(expectationJson),
    })),
    expectations: atEnd.map(expectationJson),
  };
}

export const expectationJson = ({
  line,
  text,
  wanted,
  got,
  isMet,
}: ExpectationResult): ExpectationJson => ({
  line,
  text,
  wanted,
  got,
  ok: isMet,
});
