/** What `forkpath conform --kernel` prints for people. */
import { countShapes, groupFailures, type HistoryVerdict, type Judged } from "@forkpath/conform";
import type { Colors } from "../terminal.ts";
import type { HistoryLine } from "./history-lines.ts";

/** Longer values are cut: a page map can have thousands of letters. */
const MOST_VALUE = 160;

const WORDS = { passed: "PASS", failed: "FAIL", "not modelled": "SKIP" } as const;

/** `FAIL histories-v6.18.jsonl.gz:12 c12`, and a line for each field that differed. */
export function historyLines(
  { source, line, parsed }: HistoryLine,
  verdict: HistoryVerdict,
  colors: Colors,
): string[] {
  const word = WORDS[verdict.outcome];
  const colored = verdict.outcome === "passed" ? colors.green(word) : colors.red(word);
  const about = parsed.ok ? ` ${colors.bold(parsed.history.id)} ${parsed.history.about ?? ""}` : "";
  const lines = [`${colored} ${source}:${line}${about}`.trimEnd()];
  let step = -1;
  for (const one of verdict.differences) {
    if (one.step !== step) lines.push(`  after call ${one.step}, ${colors.bold(one.call)}`);
    step = one.step;
    lines.push(`    ${colors.cyan(one.path)}: wanted ${show(one.wanted)}, got ${show(one.got)}`);
  }
  if (verdict.problem !== undefined) lines.push(`  call ${verdict.steps}: ${verdict.problem}`);
  return lines;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= MOST_VALUE ? text : `${text.slice(0, MOST_VALUE)}…`;
}

/** How many histories fail, by field and call; each with one to look at. */
export function summaryLines(judged: readonly Judged[]): string[] {
  const groups = groupFailures(judged);
  const width = Math.max(5, ...groups.map(({ field }) => field.length));
  return [
    `${"count".padStart(6)}  ${"field".padEnd(width)}  call, and a history that shows it`,
    ...groups.map(
      ({ count, field, call, example }) =>
        `${`${count}`.padStart(6)}  ${field.padEnd(width)}  ${call} (${example})`,
    ),
  ];
}

export function shapeLines(judged: readonly Judged[]): string[] {
  const shapes = countShapes(judged);
  const width = Math.max(5, ...shapes.map(({ shape }) => shape.length));
  const cell = (value: number | string): string => `${value}`.padStart(12);
  return [
    "shape".padEnd(width) + cell("passed") + cell("failed") + cell("not modelled"),
    ...shapes.map(
      ({ shape, passed, failed, notModelled }) =>
        shape.padEnd(width) + cell(passed) + cell(failed) + cell(notModelled),
    ),
  ];
}

export function totalsLine(judged: readonly Judged[], colors: Colors): string {
  const count = (outcome: HistoryVerdict["outcome"]): number =>
    judged.filter(({ verdict }) => verdict.outcome === outcome).length;
  const failed = `${count("failed")} failed`;
  const shown = count("failed") > 0 ? colors.red(failed) : failed;
  return `${count("passed")} passed, ${shown}, ${count("not modelled")} not modelled`;
}
