/** What has become of the defects on another release: a table of what is told and what is seen. */
import type { KernelName } from "@forkpath/abi";
import { type Defect, FATES_OF, type FateStatus, listDefects, listFates } from "@forkpath/scenario";
import type { Colors } from "../terminal.ts";
import { isSeenOn } from "./run-defect.ts";

/** One row. */
export interface FateRow {
  readonly id: string;
  readonly title: string;
  /** What the specification tells; null where it speaks of another release. */
  readonly told: FateStatus | null;
  readonly reason: string | null;
  /** How many of its scenarios there are, and in how many the model shows it. */
  readonly scenarios: number;
  readonly seen: number;
}

/** Runs every scenario of every defect on that release. */
export async function fateRows(kernel: KernelName): Promise<FateRow[]> {
  const fates = new Map(listFates().map((fate) => [fate.id, fate]));
  const rows: FateRow[] = [];
  for (const defect of listDefects()) {
    const fate = kernel === FATES_OF ? fates.get(defect.id) : undefined;
    rows.push({
      id: defect.id,
      title: defect.title,
      told: fate?.status ?? null,
      reason: fate?.reason ?? null,
      scenarios: defect.scenarios.length,
      seen: await countSeen(defect, kernel),
    });
  }
  return rows;
}

async function countSeen({ scenarios }: Defect, kernel: KernelName): Promise<number> {
  let seen = 0;
  for (const file of scenarios) if (await isSeenOn(file, kernel)) seen++;
  return seen;
}

const ID_WIDTH = 3;
const TOLD_WIDTH = 9;
const SEEN_WIDTH = 11;

/**
 * `D9   still      as on el6    a vfork child inherits its parent's peak`, and the reason below.
 */
export function fateLines(rows: readonly FateRow[], kernel: KernelName, colors: Colors): string[] {
  const isTold = rows.some(({ told }) => told !== null);
  const told = (text: string): string => (isTold ? `${text.padEnd(TOLD_WIDTH)}  ` : "");
  const indent = " ".repeat(ID_WIDTH + 2 + (isTold ? TOLD_WIDTH + 2 : 0) + SEEN_WIDTH + 2);
  const shown = rows.filter(({ seen }) => seen > 0).length;
  const run = rows.filter(({ scenarios }) => scenarios > 0).length;
  return [
    colors.bold(`${"".padEnd(ID_WIDTH)}  ${told("told")}${"on the model".padEnd(SEEN_WIDTH)}`),
    ...rows.flatMap((row) => [
      `${row.id.padEnd(ID_WIDTH)}  ${told(row.told ?? "")}${seenText(row, colors)}  ${row.title}`,
      ...(row.reason === null ? [] : [colors.dim(`${indent}${row.reason}`)]),
    ]),
    "",
    `${shown} of the ${run} that can be seen on el6 show on ${kernel} as they do there`,
  ];
}

function seenText({ scenarios, seen }: FateRow, colors: Colors): string {
  if (scenarios === 0) return colors.dim("no scenario".padEnd(SEEN_WIDTH));
  if (seen === 0) return "not so".padEnd(SEEN_WIDTH);
  const text = seen === scenarios ? "as on el6" : `${seen} of ${scenarios}`;
  return colors.green(text.padEnd(SEEN_WIDTH));
}
