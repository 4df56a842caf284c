/** A run for programs: what `--json` writes. */
import type { ExpectationResult, ScenarioResult } from "@forkpath/scenario";
import type { Mismatch } from "@forkpath/sync";
import { splitResult } from "./split-result.ts";

export interface ExpectationJson {
  readonly line: number;
  readonly text: string;
  readonly wanted: string;
  readonly got: string;
  readonly ok: boolean;
}

interface JsonStep {
  readonly line: number;
  readonly text: string;
  readonly outcome: string;
  readonly done: number;
  readonly allocations: number;
  readonly expectations: readonly ExpectationJson[];
  /** What a recount found; empty without `--check`. */
  readonly mismatches: readonly Mismatch[];
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
