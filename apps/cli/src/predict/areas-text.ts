/** The areas of the process: which are copied, and by which clause. */
import type { PredictedArea, Prediction } from "@forkpath/predict";
import { grouped } from "../grouped.ts";
import type { Colors } from "../terminal.ts";

/** Copied areas that are shown by themselves. */
const MOST_SHOWN = 6;
const PAGES_WIDTH = 12;
const NAME_WIDTH = 34;

/** @param isAll a line for each area, and not for each reason */
export function areaLines({ areas }: Prediction, colors: Colors, isAll: boolean): string[] {
  if (areas.length === 0) return [];
  if (isAll) return areas.map((area) => lineOf(area, colors));
  const copied = areas.filter(({ isCopied }) => isCopied);
  const largest = copied.toSorted((one, other) => pagesOf(other) - pagesOf(one));
  const shown = largest.slice(0, MOST_SHOWN);
  const head = `${"pages".padStart(PAGES_WIDTH)}  area`;
  const rest = areas.filter((area) => !shown.includes(area));
  return [
    colors.dim(head),
    ...shown.map((area) => lineOf(area, colors)),
    ...inGroups(rest, colors),
  ];
}

/** Pages that the child gets, or of a skipped area, that it does not. */
const pagesOf = ({ isCopied, child, parent }: PredictedArea): number =>
  (((isCopied ? child : parent)?.Rss ?? 0) + ((isCopied ? child : parent)?.Swap ?? 0)) / 4;

function lineOf(area: PredictedArea, colors: Colors): string {
  const pages = grouped(pagesOf(area)).padStart(PAGES_WIDTH);
  const range = `${area.start.toString(16)}-${area.end.toString(16)}`;
  const name = shortened(area.name === "" ? range : `${area.start.toString(16)} ${area.name}`);
  const what = area.isCopied ? colors.cyan("copied") : colors.dim("skipped");
  return `${pages}  ${name.padEnd(NAME_WIDTH)}  ${what}: ${area.clause}`;
}

/** A long path ends as it does. */
const shortened = (name: string): string =>
  name.length <= NAME_WIDTH ? name : `${name.slice(0, 13)}…${name.slice(14 - NAME_WIDTH)}`;

/** One line for all areas of one reason. */
function inGroups(areas: readonly PredictedArea[], colors: Colors): string[] {
  const groups = new Map<string, PredictedArea[]>();
  for (const area of areas) {
    const key = `${area.isCopied} ${area.clause}`;
    groups.set(key, [...(groups.get(key) ?? []), area]);
  }
  return [...groups.values()].map((group) => {
    const [{ isCopied, clause }] = group;
    const pages = group.reduce((sum, area) => sum + pagesOf(area), 0);
    const name = group.length === 1 ? "1 more area" : `${group.length} more areas`;
    const what = isCopied ? colors.cyan("copied") : colors.dim("skipped");
    return `${grouped(pages).padStart(PAGES_WIDTH)}  ${name.padEnd(NAME_WIDTH)}  ${what}: ${clause}`;
  });
}
