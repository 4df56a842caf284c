/** The lines of status and smaps_rollup of parent and child, side by side. */
import type { PredictedSide, Prediction } from "@forkpath/predict";
import type { Colors } from "../terminal.ts";

/** In the order of /proc; those that are 0 on both sides are left out. */
const STATUS = [
  "VmSize",
  "VmRSS",
  "RssAnon",
  "RssFile",
  "RssShmem",
  "VmSwap",
  "VmPTE",
  "HugetlbPages",
] as const;
const ROLLUP = [
  "Pss",
  "Pss_Anon",
  "Pss_File",
  "Pss_Shmem",
  "Shared_Clean",
  "Shared_Dirty",
  "Private_Clean",
  "Private_Dirty",
  "AnonHugePages",
  "KSM",
  "LazyFree",
  "Shared_Hugetlb",
  "Private_Hugetlb",
  "SwapPss",
  "Referenced",
] as const;

const LABEL_WIDTH = 18;
const VALUE_WIDTH = 12;

interface Row {
  readonly label: string;
  readonly parent: number | undefined;
  readonly child: number | undefined;
}

export function figureLines({ parent, child }: Prediction, colors: Colors): string[] {
  const status = STATUS.map((label) => rowOf(label, parent.status, child.status));
  const rollup = ROLLUP.map((label) => rowOf(label, parent.rollup, child.rollup));
  const uss: Row = { label: "Uss", parent: parent.uss ?? undefined, child: child.uss ?? undefined };
  const blocks = [status, [...rollup.slice(0, 4), uss, ...rollup.slice(4)]].map((rows) =>
    rows.filter(isTold),
  );
  const head = `${"".padEnd(LABEL_WIDTH)}${"parent".padStart(VALUE_WIDTH)}${"child".padStart(VALUE_WIDTH)}`;
  return [
    colors.dim(head),
    ...blocks.flatMap((rows) => rows.map((row) => lineOf(row, parent, child, colors))),
  ];
}

const rowOf = (
  label: string,
  parent: Readonly<Record<string, number>> | null,
  child: Readonly<Record<string, number>> | null,
): Row => ({ label, parent: parent?.[label], child: child?.[label] });

const isTold = ({ parent = 0, child = 0 }: Row): boolean => parent !== 0 || child !== 0;

function lineOf(row: Row, parent: PredictedSide, child: PredictedSide, colors: Colors): string {
  const label = `  ${row.label}`.padEnd(LABEL_WIDTH);
  const cell = (value: number | undefined): string => String(value ?? "-").padStart(VALUE_WIDTH);
  const bounds = [boundsOf("parent", row.label, parent), boundsOf("child", row.label, child)];
  const between = bounds.filter((one) => one !== "").join(", ");
  const line = `${label}${cell(row.parent)}${cell(row.child)}`;
  return between === "" ? line : `${line}  ${colors.dim(between)}`;
}

function boundsOf(who: string, label: string, { bounds }: PredictedSide): string {
  const found = Object.hasOwn(bounds, label) ? bounds[label] : undefined;
  return found === undefined ? "" : `${who} ${found.low} to ${found.high}`;
}
