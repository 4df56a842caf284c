/** Captures that a command is given: a folder, or a live process. */
import { stat } from "node:fs/promises";
import { sep } from "node:path";
import { CaptureError, captureProcess, loadCapture } from "@forkpath/capture";
import { type Capture, ProcError } from "@forkpath/procfs";
import { nearestWord } from "@forkpath/scenario/internal";
import { reasonOf } from "./read-input.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { runWork } from "./work/run-work.ts";

/** The kernel's own limit of process numbers. */
export const MOST_PID: number = 2 ** 22;

/** @throws UsageError for a folder that is none, or a capture that is broken */
export async function readCapture(directory: string): Promise<Capture> {
  const found = await stat(directory).catch(() => null);
  if (found === null) throw new UsageError(`there is no folder ${directory}`);
  if (!found.isDirectory()) throw new UsageError(`${directory} is no folder`);
  try {
    return await loadCapture(directory);
  } catch (error) {
    if (error instanceof ProcError) {
      throw new UsageError(`${directory}${sep}${error.message}${helpFor(error)}`);
    }
    const path = error instanceof Error && "path" in error ? String(error.path) : directory;
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

/** What a misspelt word was probably meant to be. */
function helpFor({ fault: { unknown } }: ProcError): string {
  const meant = unknown && nearestWord(unknown.word, unknown.known);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** One process, with a line at the bottom of the screen that tells how far it is. */
export function captureLive(
  pid: number,
  options: { readonly stop: boolean; readonly redact?: boolean; readonly still?: boolean },
  terminal: Terminal,
): Promise<Capture> {
  if (process.platform !== "linux") {
    throw new UsageError(
      `only Linux has /proc to read a process from; this is ${process.platform}`,
    );
  }
  return captureProcess(pid, {
    ...options,
    drive: async (work) => (await runWork(work, { units: "pages" }, terminal)).value,
  });
}

/** What is wrong with a process or a text is the user's to know; anything else is ours. */
export function asUsageError(error: unknown): unknown {
  const isTheirs = error instanceof CaptureError || error instanceof ProcError;
  return isTheirs ? new UsageError(error.message) : error;
}
