/** Threads of the kernel itself, which make calls that are no task's. */
import { createThread, type Thread } from "@forkpath/sync";

/** They get ids that no task has. */
const FIRST_ID = 2 ** 30;

/** @param index different for each that runs at the same time */
export const kernelThread = (index: number, name: string): Thread =>
  createThread(FIRST_ID + index, name);
