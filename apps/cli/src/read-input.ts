/** Reads what a command is given: a file, or standard input under the name `-`. */
import { readFile } from "node:fs/promises";
import { UsageError } from "./usage-error.ts";

const STDIN = "-";

/** How messages call an input. */
export const inputName = (file: string): string => (file === STDIN ? "stdin" : file);

/** @throws UsageError for a file that cannot be read */
export async function readInput(
  file: string,
  stdin: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  if (file === STDIN) return readAll(stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}

/** `ENOENT: no such file or directory, open 'x'` without the part that repeats the name. */
export const reasonOf = (error: unknown): string => (error as Error).message.split(", ", 1)[0];

async function readAll(stdin: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
