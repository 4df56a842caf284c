/**
 * Reads what a command is given: a file, or standard input under the name `-`.
 *
 * No more of it than `MOST_INPUT` bytes: some files, such as /dev/zero, have no end.
 */
import { createReadStream } from "node:fs";
import { UsageError } from "./usage-error.ts";

const STDIN = "-";
const MIB = 2 ** 20;

/** Bytes of a file that a person writes, or of what an exploration found. */
const MOST_INPUT = 16 * MIB;

/** How messages call an input. */
export const inputName = (file: string): string => (file === STDIN ? "stdin" : file);

/** @throws UsageError for a file that cannot be read, or is longer than `most` bytes */
export async function readInput(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
  most: number = MOST_INPUT,
): Promise<Uint8Array> {
  const name = inputName(file);
  if (name === "") throw new UsageError("the name of a file is empty");
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of file === STDIN ? stdin : createReadStream(file)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > most) break;
    }
  } catch (error) {
    throw new UsageError(
      hasCode(error, "EISDIR") ? `${name} is a folder` : `cannot read ${name}: ${reasonOf(error)}`,
    );
  }
  if (length > most) throw new UsageError(`${name} is too long: at most ${most / MIB} MiB`);
  return Buffer.concat(chunks);
}

/** Whether the system says so, in a word such as `ENOENT`. */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/** `ENOENT: no such file or directory, open 'x'` without the part that repeats the name. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.split(", ", 1)[0] : String(error);
