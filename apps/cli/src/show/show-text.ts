/**
 * A story for people: a stop after each step, with the totals of the machine and a block for each
 * process. A sign in front says what became of it: + new, * changed, - gone, = as before.
 */
import type { MachineTotals } from "@forkpath/kernel";
import type { MachinePicture } from "@forkpath/picture";
import type { Scenario, StepResult } from "@forkpath/scenario";
import { mismatchText } from "@forkpath/sync";
import { wrap } from "../defects/wrap.ts";
import { answerOf, reasonLines } from "../scenario/result-text.ts";
import type { Colors } from "../terminal.ts";
import { legendLines } from "./legend.ts";
import { machineText } from "./machine-text.ts";
import { drawFigures, isChanged, LINE_WIDTH } from "./table.ts";
import { type BlockOptions, drawTasks, figuresOf } from "./task-blocks.ts";
import type { Moment, Story } from "./walk-story.ts";

export interface ShowOptions extends BlockOptions {
  /** Which stop: 0 is the start. By default all. */
  readonly at: number | null;
}

export function storyLines(story: Story, options: ShowOptions): string[] {
  const { scenario, start, moments, fault } = story;
  const { at, colors } = options;
  const stops = moments.filter((_, index) => at === null || at === index + 1);
  const seen = [
    ...(at === null || at === 0 ? [start] : []),
    ...stops.flatMap(({ before, after }) => [before, after]),
  ];
  return [
    ...titleLines(scenario, colors),
    ...(at === null || at === 0 ? startLines(start, options) : []),
    ...(fault === null ? [] : ["", colors.red(`it cannot begin: ${fault}`)]),
    ...stops.flatMap((moment) => momentLines(moment, moments.length, options)),
    "",
    ...legendLines(seen, options.isShown).map((line) => colors.dim(line)),
  ];
}

const titleLines = ({ title, machine }: Scenario, colors: Colors): string[] => [
  colors.bold(title),
  colors.dim(machineText(machine)),
];

const startLines = (start: MachinePicture, options: ShowOptions): string[] => [
  "",
  rule("at the start", "", options.colors),
  ...totalsLines(null, start.totals, options),
  ...drawTasks(null, start, options),
];

function momentLines(
  { result, before, after }: Moment,
  of: number,
  options: ShowOptions,
): string[] {
  const { colors } = options;
  const { number, line } = result;
  return [
    "",
    rule(`step ${number} of ${of}`, `line ${line}`, colors),
    ...answerLines(result, colors),
    ...totalsLines(before.totals, after.totals, options),
    ...drawTasks(before, after, options),
  ];
}

function answerLines(result: StepResult, colors: Colors): string[] {
  const { text, kind, reason, allocations, mismatches } = result;
  const paint = kind === "done" ? colors.green : kind === "waits" ? colors.yellow : colors.red;
  const noun = allocations === 1 ? "allocation" : "allocations";
  const asked = allocations === 0 ? "" : `   ${allocations} ${noun}`;
  const whole = wrap(`${text}: ${answerOf(result)}`, LINE_WIDTH);
  const line = `${colors.bold(text)}: ${paint(answerOf(result))}${colors.dim(asked)}`;
  const isShort = whole.length === 1 && whole[0].length + asked.length <= LINE_WIDTH;
  return [
    ...(isShort ? [line] : whole),
    ...reasonLines(reason ?? "").map((line) => `  ${colors.dim(line)}`),
    ...mismatches.map((one) => `  ${colors.red("recount")}  ${mismatchText(one)}`),
  ];
}

/** Names of the totals that are shown, in the words of /proc/meminfo where it has any. */
const TOTALS = {
  freePages: "free",
  usedPages: "used",
  committed: "committed",
  anonPages: "anon",
  cachedPages: "cached",
  freeSwapPages: "swap free",
  swapCachePages: "swap cached",
  pageTables: "tables",
  tasks: "tasks",
  totalForks: "forks",
} as const satisfies Partial<Record<keyof MachineTotals, string>>;

/** Left out where nothing changed, unless all is to be shown. */
function totalsLines(
  before: MachineTotals | null,
  after: MachineTotals,
  { isFull, colors }: ShowOptions,
): string[] {
  const figures = figuresOf(before === null ? undefined : named(before), named(after));
  if (before !== null && !isFull && !figures.some(isChanged)) return [];
  return drawFigures("machine, pages", figures, colors);
}

const named = (totals: MachineTotals): Record<string, number> =>
  Object.fromEntries(
    Object.entries(TOTALS).map(([field, name]) => [name, totals[field as keyof typeof TOTALS]]),
  );

/** `── step 1 of 4 ──────── line 12 ──` over the whole width. */
function rule(left: string, right: string, colors: Colors): string {
  const end = right === "" ? "──" : ` ${right} ──`;
  const fill = "─".repeat(LINE_WIDTH - left.length - end.length - 4);
  return `${colors.dim("──")} ${colors.bold(left)} ${colors.dim(`${fill}${end}`)}`;
}
