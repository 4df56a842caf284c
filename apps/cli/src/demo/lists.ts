/** What changed and which locks were taken, one line for each kind of thing. */
import type { Colors } from "../terminal.ts";
import type { Change } from "./changes.ts";
import type { LockUse } from "./lock-uses.ts";

const COUNT_WIDTH = 4;
const NAME_WIDTH = 26;

/** What did not change is told too, and stands back. */
export const drawChanges = (changes: readonly Change[], colors: Colors): string[] =>
  changes.map(({ what, count, before, after }) => {
    const label = labelOf(count, what);
    return before === after
      ? colors.dim(`${label}${before}, unchanged`)
      : `${label}${before} ${colors.dim("→")} ${colors.yellow(after)}`;
  });

export const drawLocks = (uses: readonly LockUse[], held: number, colors: Colors): string[] => [
  ...uses.map(
    ({ lock, times, where }) => `${labelOf(times, lock)}${colors.dim(`in ${where.join(", ")}`)}`,
  ),
  labelOf(held, "held now").trimEnd(),
];

const labelOf = (count: number, what: string): string =>
  `${`${count}`.padStart(COUNT_WIDTH)}  ${what.padEnd(NAME_WIDTH)}`;
