/** A table and a chart in one: what is written, what that allocates, and a bar as long. */
import type { Growth, GrowthPoint, Prediction, Writes } from "@forkpath/predict";
import { grouped } from "../grouped.ts";
import { LINE_WIDTH } from "../show/table.ts";
import type { Colors } from "../terminal.ts";
import { ofThings, shareText, sizeText, timeText } from "./sizes.ts";
import { wrapped } from "./wrapped.ts";

const MOST_BAR_WIDTH = 40;
const COLUMN_WIDTH = 14;
const GAP = 2;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

export function growthLines(prediction: Prediction, colors: Colors): string[] {
  const { growth, limits, calibration, children } = prediction;
  if (growth === null || growth.points.at(-1)?.allocated === 0) return [];
  const headrooms = limits.filter(({ reached }) => reached !== null);
  const end = headrooms[0]?.headroom ?? Number.POSITIVE_INFINITY;
  const top = Math.max(...growth.points.map(({ allocated }) => allocated), 1);
  const hasHuge = growth.pages.huge > 0;
  const columns = headTexts(growth, hasHuge).length;
  const barWidth = Math.min(LINE_WIDTH - columns * COLUMN_WIDTH - GAP, MOST_BAR_WIDTH);
  return [
    colors.dim(inColumns(headTexts(growth, hasHuge))),
    ...growth.points.slice(1).map((point) => {
      const bar = barOf(point.allocated / top, barWidth);
      const isOver = point.mapped > end;
      return `${cells(growth, point, hasHuge)}  ${isOver ? colors.red(bar) : colors.blue(bar)}`;
    }),
    ...rateNotes(growth, children),
    ...copyNote(growth, calibration.copyFault),
    ...hugeNote(hasHuge),
  ];
}

const inColumns = (texts: readonly string[]): string =>
  texts.map((text) => text.padStart(COLUMN_WIDTH)).join("");

const headTexts = ({ plan }: Growth, hasHuge: boolean): string[] => [
  ...timeCell(plan.seconds > 0 && isRated(plan), "seconds"),
  "parent wrote",
  "child wrote",
  "copies",
  "more memory",
  ...(hasHuge ? ["in no process"] : []),
];

const isRated = ({ parent, child }: Growth["plan"]): boolean =>
  parent.kind === "rate" || child.kind === "rate";

const timeCell = (isTimed: boolean, text: string): string[] => (isTimed ? [text] : []);

function cells({ plan }: Growth, point: GrowthPoint, hasHuge: boolean): string {
  return inColumns([
    ...timeCell(plan.seconds > 0 && isRated(plan), point.seconds.toFixed(1)),
    shareText(point.parent),
    shareText(point.child),
    grouped(point.copies),
    sizeText(point.allocated),
    ...(hasHuge ? [sizeText(point.allocated - point.mapped)] : []),
  ]);
}

function barOf(share: number, width: number): string {
  const eighths = Math.round(share * width * EIGHTHS.length);
  return "█".repeat(Math.floor(eighths / EIGHTHS.length)) + EIGHTHS[eighths % EIGHTHS.length];
}

/** A rate in MB/s counts whole pages, and small values are written more often for as much. */
function rateNotes({ plan }: Growth, children: number): string[] {
  const of = (writer: string, writes: Writes): string[] =>
    writes.kind === "rate"
      ? [`${writer} makes ${ofThings(Math.ceil(writes.perSecond), "write")} a second`]
      : [];
  const child = children === 1 ? "the child" : "each child";
  const rates = [...of("the parent", plan.parent), ...of(child, plan.child)];
  if (rates.length === 0) return [];
  return wrapped(
    `${rates.join(", ")}, each to any page: MB/s count whole pages. With values smaller than ` +
      "a page ask in writes a second, such as --parent-writes 5000/s",
    "  ",
  );
}

/** Who writes waits for the copy. @param copyFault nanoseconds */
function copyNote({ points }: Growth, copyFault: number): string[] {
  const copies = points.at(-1)?.copies ?? 0;
  const all = timeText(copies * copyFault);
  return [`  each copy takes its writer about ${timeText(copyFault)}, all of them ${all}`];
}

/** What shows in no meter is worth a word. */
const hugeNote = (hasHuge: boolean): string[] =>
  hasHuge
    ? [
        "  parts of huge pages that both sides have copied stay allocated until the huge page is split;",
        "  no process shows them, only MemFree and memory.current",
      ]
    : [];
