/**
 * Tables with a column for each release, and releases told in a few words.
 *
 *       el6  v3.10  rhel7
 *        ok     ok   FAIL
 */
import { KERNELS, type KernelName } from "@forkpath/abi";

const GAP = "  ";

/** A text in its column, and what paints it; the text's width alone counts. */
export interface ColumnCell {
  readonly text: string;
  paint(text: string): string;
}

export const columnHeads = (kernels: readonly KernelName[], indent: string): string =>
  indent + kernels.map((kernel) => kernel.padStart(widthOf(kernel))).join(GAP);

/** One cell for each release. */
export const columnCells = (
  kernels: readonly KernelName[],
  cells: readonly ColumnCell[],
  indent: string,
): string =>
  indent +
  cells
    .map(({ text, paint }, index) => {
      const blanks = " ".repeat(Math.max(0, widthOf(kernels[index]) - text.length));
      return blanks + paint(text);
    })
    .join(GAP);

/** Wide enough for FAIL. */
const widthOf = (kernel: KernelName): number => Math.max(kernel.length, "FAIL".length);

/** `el6 to v5.4, v6.1`: of those in `kernels`, which `some` are, in their order. */
export function kernelsText(kernels: readonly KernelName[], some: readonly KernelName[]): string {
  const runs: KernelName[][] = [];
  let last: KernelName[] | null = null;
  for (const kernel of kernels) {
    if (!some.includes(kernel)) {
      last = null;
    } else if (last === null) {
      last = [kernel];
      runs.push(last);
    } else last.push(kernel);
  }
  return runs.map(runText).join(", ");
}

const runText = (run: readonly KernelName[]): string => {
  if (run.length === 1) return run[0];
  return `${run[0]} ${run.length === 2 ? "and" : "to"} ${run[run.length - 1]}`;
};

/** Those from the one to the other, both among them; the other way round too. */
export function kernelsBetween(from: KernelName, to: KernelName): readonly KernelName[] {
  const places = [KERNELS.indexOf(from), KERNELS.indexOf(to)].sort((left, right) => left - right);
  return KERNELS.slice(places[0], places[1] + 1);
}
