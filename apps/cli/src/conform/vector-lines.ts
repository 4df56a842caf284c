/** Vectors: from files or standard input, or the public ones. */
import { loadVectors, type ParsedVector, parseVector } from "@forkpath/conformance";
import { type FileLine, readFileLines } from "./file-lines.ts";

/** One line, and where it stands. */
export interface VectorLine extends Omit<FileLine, "text"> {
  readonly parsed: ParsedVector;
}

export interface VectorLines {
  readonly lines: Iterable<VectorLine>;
  readonly count: number;
}

/**
 * Every line of all files; without a file, the public vectors.
 * @throws UsageError as readFileLines does
 */
export async function readVectorLines(
  files: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<VectorLines> {
  if (files.length === 0) {
    const lines = publicLines();
    return { lines, count: lines.length };
  }
  const lines = await readFileLines(files, stdin);
  return { lines: parseLines(lines), count: lines.length };
}

function* parseLines(lines: readonly FileLine[]): Generator<VectorLine> {
  for (const { text, ...place } of lines) yield { ...place, parsed: parseVector(text) };
}

const publicLines = (): VectorLine[] =>
  loadVectors().map((vector, index) => ({
    source: "public.jsonl",
    line: index + 1,
    parsed: { ok: true, vector },
  }));
