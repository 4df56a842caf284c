/** Recorded histories: from files, plain or gzipped, from standard input, or the public ones. */
import {
  loadHistories,
  type ParsedHistory,
  parseHistory,
  RECORDED_KERNELS,
  RECORDINGS,
} from "@forkpath/recordings";
import { inputName, readInput } from "../read-input.ts";
import { UsageError } from "../usage-error.ts";
import { unpack } from "./vector-lines.ts";

export interface HistoryLine {
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  readonly parsed: ParsedHistory;
}

/**
 * Every line of all files; without a file, the public recordings of that kernel.
 * @throws UsageError for a file that cannot be read, and where there is no recording
 */
export async function readHistoryLines(
  files: readonly string[],
  kernel: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<HistoryLine[]> {
  if (files.length === 0) return publicHistories(kernel);
  const lines: HistoryLine[] = [];
  for (const file of files) {
    const text = unpack(file, await readInput(file, stdin));
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() === "") continue;
      lines.push({ source: inputName(file), line: index + 1, parsed: parseHistory(line) });
    }
  }
  return lines;
}

function publicHistories(name: string): HistoryLine[] {
  const kernel = RECORDED_KERNELS.find((one) => one === name);
  if (kernel === undefined) {
    throw new UsageError(
      `nothing of ${name} is recorded, only of el6, ${RECORDED_KERNELS.join(", ")}`,
    );
  }
  return RECORDINGS.flatMap((recording) =>
    loadHistories(kernel, recording).map((history, index) => ({
      source: `${recording}-${kernel}.jsonl.gz`,
      line: index + 1,
      parsed: { ok: true, history } as const,
    })),
  );
}
