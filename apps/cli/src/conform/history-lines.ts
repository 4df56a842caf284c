/** Recorded histories: from files, plain or gzipped, from standard input, or the public ones. */
import {
  loadHistories,
  type ParsedHistory,
  parseHistory,
  RECORDED_KERNELS,
  RECORDINGS,
} from "@forkpath/recordings";
import { UsageError } from "../usage-error.ts";
import { type FileLine, readFileLines } from "./file-lines.ts";

export interface HistoryLine extends Omit<FileLine, "text"> {
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
  const lines = await readFileLines(files, stdin);
  return lines.map(({ text, ...place }) => ({ ...place, parsed: parseHistory(text) }));
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
