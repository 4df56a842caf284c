/**
 * Figures before and after, side by side below their names, in as many columns as a line holds:
 *
 *    status, kB   VmPeak   VmSize   VmRSS
 *        before     1024     1024    1024
 *        after      1024     1024    1040*
 */
import type { Colors } from "../terminal.ts";

/** Lines of a listing are no longer. */
export const LINE_WIDTH = 100;
const LABEL_WIDTH = 14;

export interface Figure {
  readonly name: string;
  /** Null where there was none yet. */
  readonly before: number | null;
  /** Null where there is none any more. */
  readonly after: number | null;
}

/** What did not change stands once; zeroes say nothing, and are left out. */
export function drawFigures(label: string, figures: readonly Figure[], colors: Colors): string[] {
  const shown = figures.filter(({ before, after }) => (before ?? 0) !== 0 || (after ?? 0) !== 0);
  const rows = rowsOf(shown);
  return linesOf(shown).flatMap((columns) => [
    label.padStart(LABEL_WIDTH) +
      colors.dim(
        columns
          .map((one) => cell(one, one.name))
          .join("")
          .trimEnd(),
      ),
    ...rows.map(({ title, isNow }) => {
      const cells = columns.map((one) => figureCell(one, isNow, colors));
      return (colors.dim(title.padStart(LABEL_WIDTH)) + cells.join("")).trimEnd();
    }),
  ]);
}

interface Row {
  readonly title: string;
  readonly isNow: boolean;
}

function rowsOf(figures: readonly Figure[]): readonly Row[] {
  if (figures.every(({ before }) => before === null)) return [{ title: "", isNow: true }];
  if (figures.every(({ after }) => after === null)) return [{ title: "was", isNow: false }];
  if (!figures.some(isChanged)) return [{ title: "", isNow: true }];
  return [
    { title: "before", isNow: false },
    { title: "after", isNow: true },
  ];
}

export const isChanged = ({ before, after }: Figure): boolean => before !== after;

const GAP = 2;
/** Room for the sign of a change. */
const SIGN_WIDTH = 1;

const widthOf = ({ name, before, after }: Figure): number =>
  GAP + Math.max(...[name, before, after].map((one) => String(one ?? "").length)) + SIGN_WIDTH;

/** As many figures in each as fit. */
function linesOf(figures: readonly Figure[]): Figure[][] {
  const lines: Figure[][] = [];
  let width = LINE_WIDTH;
  for (const figure of figures) {
    width += widthOf(figure);
    if (width <= LINE_WIDTH) {
      lines.at(-1)?.push(figure);
    } else {
      lines.push([figure]);
      width = LABEL_WIDTH + widthOf(figure);
    }
  }
  return lines;
}

const cell = (figure: Figure, text: string): string =>
  `${text.padStart(widthOf(figure) - SIGN_WIDTH)} `;

/** A change is in colour, or where there are no colours, has a sign. */
function figureCell(figure: Figure, isNow: boolean, colors: Colors): string {
  const value = isNow ? figure.after : figure.before;
  const text = cell(figure, String(value ?? "-"));
  const isNews = isNow && figure.before !== null && isChanged(figure);
  if (!isNews) return text;
  return colors.isColorSupported ? colors.yellow(text) : `${text.slice(0, -SIGN_WIDTH)}*`;
}
