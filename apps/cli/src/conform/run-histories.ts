/** Replays recorded histories, and tells how they did. */
import type { KernelName } from "@forkpath/abi";
import { type Judged, runHistory } from "@forkpath/conform";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import type { HistoryLine } from "./history-lines.ts";
import { historyLines, shapeLines, summaryLines, totalsLine } from "./history-text.ts";

export interface HistoriesOptions {
  readonly json?: boolean;
  readonly only?: string;
  readonly until?: number;
  readonly ignore?: string;
  readonly summary?: boolean;
  readonly shapes?: boolean;
}

/**
 * Replays all lines, or those of one id, each on a machine of its own.
 * @returns whether all passed
 * @throws UsageError when that leaves nothing to replay
 */
export function runHistories(
  lines: readonly HistoryLine[],
  kernel: KernelName,
  options: HistoriesOptions,
  terminal: Terminal,
): boolean {
  const { json, only, summary, shapes, until } = options;
  const ignored = options.ignore?.split(",") ?? [];
  const isQuiet = json === true || summary === true || shapes === true;
  const judged: Judged[] = [];
  for (const line of lines) {
    const { parsed } = line;
    const id = parsed.ok ? parsed.history.id : `${line.source}:${line.line}`;
    if (only !== undefined && id !== only) continue;
    const verdict = parsed.ok
      ? runHistory(parsed.history, kernel, { ignored, ...(until === undefined ? {} : { until }) })
      : notAHistory(parsed.problem);
    judged.push({ id, verdict });
    const isShown = verdict.outcome !== "passed" || only !== undefined;
    if (isShown && !isQuiet) {
      for (const text of historyLines(line, verdict, terminal.colors)) terminal.out(text);
    }
  }
  if (judged.length === 0) {
    throw new UsageError(
      only === undefined ? "no histories given" : `no history has the id ${only}`,
    );
  }
  tell(judged, options, terminal);
  return judged.every(({ verdict }) => verdict.outcome === "passed");
}

const notAHistory = (problem: string): Judged["verdict"] => ({
  outcome: "failed",
  steps: 0,
  differences: [],
  problem: `not a history: ${problem}`,
});

function tell(
  judged: readonly Judged[],
  { json, summary, shapes }: HistoriesOptions,
  { out, colors }: Terminal,
): void {
  if (json) {
    out(
      JSON.stringify(
        judged.filter(({ verdict }) => verdict.outcome !== "passed"),
        null,
        2,
      ),
    );
    return;
  }
  if (shapes) for (const line of shapeLines(judged)) out(line);
  if (summary) for (const line of summaryLines(judged)) out(line);
  out(totalsLine(judged, colors));
}
