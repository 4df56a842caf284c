/** Lines of vector files: plain, gzipped, from standard input, or the public ones. */
import { gunzipSync } from "node:zlib";
import { loadVectors, type ParsedVector, parseVector } from "@forkpath/conformance";
import { inputName, readInput, reasonOf } from "../read-input.ts";
import { UsageError } from "../usage-error.ts";

/** One line, and where it stands. */
export interface VectorLine {
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  readonly parsed: ParsedVector;
}

const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads all files before it hands out a line, so that a wrong name is found before the work.
 * Without a file, the public vectors.
 * @throws UsageError for a file that cannot be read or unpacked
 */
export async function readVectorLines(
  files: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<Iterable<VectorLine>> {
  if (files.length === 0) return publicLines();
  const texts: (readonly [string, string])[] = [];
  for (const file of files) {
    const bytes = await readInput(file, stdin);
    texts.push([inputName(file), unpack(file, bytes)]);
  }
  return parseTexts(texts);
}

function* parseTexts(texts: readonly (readonly [string, string])[]): Generator<VectorLine> {
  for (const [source, text] of texts) {
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() !== "") yield { source, line: index + 1, parsed: parseVector(line) };
    }
  }
}

const publicLines = (): VectorLine[] =>
  loadVectors().map((vector, index) => ({
    source: "public.jsonl",
    line: index + 1,
    parsed: { ok: true, vector },
  }));

/** What is packed says so in its first bytes; the name does not matter. */
export function unpack(file: string, bytes: Uint8Array): string {
  const isPacked = GZIP_MAGIC.every((byte, index) => bytes[index] === byte);
  try {
    return new TextDecoder().decode(isPacked ? gunzipSync(bytes) : bytes);
  } catch (error) {
    throw new UsageError(`cannot unpack ${file}: ${reasonOf(error)}`);
  }
}
