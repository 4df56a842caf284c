/** Writes what a command makes to a file that the user names. */
import { writeFile } from "node:fs/promises";
import { reasonOf } from "./read-input.ts";
import { UsageError } from "./usage-error.ts";

/** @throws UsageError for a file that cannot be written */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}
