/** A scenario on several releases, for programs: what `run --kernels --json` writes. */
import type { Cell, KernelRow, KernelTable, RowHead } from "@forkpath/scenario";

type CellJson = Pick<Cell, "kernel" | "wanted" | "got"> & {
  readonly ok: boolean;
  readonly asked: boolean;
};

interface RowJson extends RowHead {
  readonly cells: readonly CellJson[];
}

export const tableJson = ({ scenario, kernels, rows, isOk }: KernelTable): object => ({
  file: scenario.fileName,
  title: scenario.title,
  ok: isOk,
  kernels,
  rows: rows.map(rowJson),
});

const rowJson = ({ kind, line, text, cells }: KernelRow): RowJson => ({
  kind,
  line,
  text,
  cells: cells.map(cellJson),
});

export const cellJson = ({ kernel, wanted, got, isMet, isAsked }: Cell): CellJson => ({
  kernel,
  wanted,
  got,
  ok: isMet,
  asked: isAsked,
});
