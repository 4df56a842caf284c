/**
 * The file that `-o` names. It is opened before the work, so that a name that cannot be written is
 * told at once, and filled after it, so that work that fails leaves an old file as it was.
 */
import { constants, fstatSync, statSync } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { inputName, reasonOf } from "./read-input.ts";
import { UsageError } from "./usage-error.ts";

const { O_WRONLY, O_CREAT, O_EXCL } = constants;
const STDIN_FD = 0;

/** Puts a text in the place of what the file held. Called once at most. */
export type WriteOutput = (text: string) => Promise<void>;

/**
 * Runs `work` with a file open to take what it makes; without a name, with null. Where `work` fails
 * or has nothing to write, a file that was not there before is taken away again.
 * @param input what the command reads: writing to it would destroy it
 * @throws UsageError for a file that cannot be written, or is the input
 */
export async function withOutput<T>(
  file: string | undefined,
  input: string | null,
  work: (write: WriteOutput | null) => Promise<T>,
): Promise<T> {
  if (file === undefined) return work(null);
  const { handle, isNew } = await openForWriting(file);
  let hasWritten = false;
  try {
    if (input !== null && (await isSameFile(handle, input))) {
      throw new UsageError(`${file} is the file that is read: ${inputName(input)}`);
    }
    return await work(async (text) => {
      hasWritten = true;
      await replaceText(handle, text).catch((error) => {
        throw cannotWrite(file, error);
      });
    });
  } finally {
    await handle.close();
    if (isNew && !hasWritten) await unlink(file);
  }
}

async function replaceText(handle: FileHandle, text: string): Promise<void> {
  if ((await handle.stat()).isFile()) await handle.truncate();
  await handle.writeFile(text);
}

async function openForWriting(file: string): Promise<{ handle: FileHandle; isNew: boolean }> {
  if (file === "") throw new UsageError("the name of the file to write is empty");
  try {
    return { handle: await open(file, O_WRONLY | O_CREAT | O_EXCL), isNew: true };
  } catch {
    // It is there already, or cannot be: the next try tells which.
  }
  try {
    return { handle: await open(file, O_WRONLY | O_CREAT), isNew: false };
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** By what the names lead to: links of both kinds are followed. */
async function isSameFile(output: FileHandle, input: string): Promise<boolean> {
  const written = await output.stat();
  if (!written.isFile()) return false;
  try {
    const read = input === "-" ? fstatSync(STDIN_FD) : statSync(input);
    return read.dev === written.dev && read.ino === written.ino;
  } catch {
    return false;
  }
}

const cannotWrite = (file: string, error: unknown): UsageError =>
  new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
