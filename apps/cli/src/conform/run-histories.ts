/** Replays recorded histories, and tells how they did. */
import type { KernelName } from "@forkpath/abi";
import { type Judged, runHistory } from "@forkpath/conform";
import type { Terminal } from "../terminal.ts";
import type { Work } from "../work/run-work.ts";
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
 * Replays all lines, or those of one id, each on a machine of its own, and shows as they come those
 * that did not pass.
 */
export function* replaying(
  lines: readonly HistoryLine[],
  kernel: KernelName,
  options: HistoriesOptions,
  terminal: Terminal,
): Work<readonly Judged[]> {
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
    if (yield judged.length) break;
  }
  return judged;
}

const notAHistory = (problem: string): Judged["verdict"] => ({
  outcome: "failed",
  steps: 0,
  differences: [],
  problem: `not a history: ${problem}`,
});

/** What all of them came to: called last. */
export function tellHistories(
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
