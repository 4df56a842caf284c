/**
 * A scenario on several releases, for people: a row for each expectation, a column for each
 * release, and below a row what came where it was not as wanted.
 *
 *              el6  v3.10  rhel7  v4.4
 *      12  worker1 shmemRss: 16 pages
 *             FAIL   FAIL     ok     -
 *             el6 and v3.10: got 0 pages
 */
import type { KernelName } from "@forkpath/abi";
import type { Cell, KernelRow, KernelTable } from "@forkpath/scenario";
import type { Colors } from "../terminal.ts";
import { type ColumnCell, columnCells, columnHeads, kernelsText } from "./kernel-columns.ts";

const LINE_WIDTH = 4;
const INDENT: string = " ".repeat(LINE_WIDTH + 2);

export function tableLines(table: KernelTable, colors: Colors): string[] {
  const { scenario, kernels, rows } = table;
  return [
    colors.bold(scenario.title),
    colors.dim(columnHeads(kernels, INDENT)),
    ...rows.flatMap((row) => rowLines(row, kernels, colors)),
    `${INDENT}${totals(table, colors)}`,
  ];
}

function rowLines(row: KernelRow, kernels: readonly KernelName[], colors: Colors): string[] {
  const { line, text, cells } = row;
  const wanted = wantedText(row, kernels);
  return [
    `${colors.dim(String(line).padStart(LINE_WIDTH))}  ${text}${wanted}`,
    columnCells(
      kernels,
      cells.map((cell) => cellOf(cell, colors)),
      INDENT,
    ),
    ...wrongLines(cells, kernels).map((one) => colors.dim(`${INDENT}${one}`)),
  ];
}

function cellOf({ isMet, isAsked }: Cell, colors: Colors): ColumnCell {
  if (!isAsked) return { text: "-", paint: colors.dim };
  return isMet ? { text: "ok", paint: colors.green } : { text: "FAIL", paint: colors.red };
}

/** `: ENOMEM on el6 to v4.14, success on rhel8 to v6.18` */
function wantedText({ cells }: KernelRow, kernels: readonly KernelName[]): string {
  const groups = [...grouped(cells, ({ wanted }) => wanted)];
  if (groups.length === 1) return `: ${groups[0][0]}`;
  const parts = groups.map(([wanted, some]) => `${wanted} on ${kernelsText(kernels, some)}`);
  return `: ${parts.join(", ")}`;
}

function wrongLines(cells: readonly Cell[], kernels: readonly KernelName[]): string[] {
  const wrong = cells.filter(({ isMet, isAsked }) => isAsked && !isMet);
  return [...grouped(wrong, gotText)].map(
    ([got, some]) => `${kernelsText(kernels, some)}: got ${got}`,
  );
}

/** What a row came to that no run got as far as. */
export const gotText = ({ got }: Cell): string => got ?? "nothing: the run ended before";

/** Releases by what their cells have in common, in the order in which it comes first. */
function grouped(cells: readonly Cell[], keyOf: (cell: Cell) => string): Map<string, KernelName[]> {
  const groups = new Map<string, KernelName[]>();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell)) ?? [];
    group.push(cell.kernel);
    groups.set(keyOf(cell), group);
  }
  return groups;
}

function totals({ kernels, rows, isOk }: KernelTable, colors: Colors): string {
  const failing = kernels.filter((_, index) =>
    rows.some(({ cells }) => cells[index].isAsked && !cells[index].isMet),
  );
  const text = isOk
    ? `all as expected on ${countOf(kernels.length, "release")}`
    : `not as expected on ${kernelsText(kernels, failing)}`;
  return isOk ? colors.green(text) : colors.red(text);
}

const countOf = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;
