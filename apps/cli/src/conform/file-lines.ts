/** Lines of recordings: from files, plain or gzipped, or from standard input. */
import { gunzipSync } from "node:zlib";
import { inputName, readInput, reasonOf } from "../read-input.ts";
import { UsageError } from "../usage-error.ts";

/** One line that is not blank, and where it stands. */
export interface FileLine {
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

const GZIP_MAGIC = [0x1f, 0x8b];
const MIB = 2 ** 20;
/** Bytes of all files together, unpacked: some 40,000 vectors. */
const MOST_BYTES = 128 * MIB;

/**
 * Reads all files before it hands out a line, so that a wrong name is found before the work.
 * @throws UsageError for a file that cannot be read or unpacked, or is too long
 */
export async function readFileLines(
  files: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<readonly FileLine[]> {
  const lines: FileLine[] = [];
  let room = MOST_BYTES;
  for (const file of files) {
    const whole = unpack(file, await readInput(file, stdin, room), room);
    room -= whole.length;
    for (const [index, text] of whole.split("\n").entries()) {
      if (text.trim() !== "") lines.push({ source: inputName(file), line: index + 1, text });
    }
  }
  return lines;
}

/** What is packed says so in its first bytes; the name does not matter. */
function unpack(file: string, bytes: Uint8Array, most: number): string {
  const isPacked = GZIP_MAGIC.every((byte, index) => bytes[index] === byte);
  try {
    const plain = isPacked ? gunzipSync(bytes, { maxOutputLength: most }) : bytes;
    return new TextDecoder().decode(plain);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      const limit = `at most ${MOST_BYTES / MIB} MiB`;
      throw new UsageError(`${inputName(file)} is too long, unpacked: ${limit}`);
    }
    throw new UsageError(`cannot unpack ${inputName(file)}: ${reasonOf(error)}`);
  }
}
