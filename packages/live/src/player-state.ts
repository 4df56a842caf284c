/** What the running kernel's side knows of a history: whom it has made, and which files. */

import type { Answers } from "./answers.ts";
import type { Subject } from "./kernel-look.ts";
import { LiveError } from "./live-error.ts";
import type { MadeCall } from "./made-call.ts";
import type { Answer, Recorder } from "./recorder.ts";

export interface PlayerState {
  readonly recorder: Recorder;
  readonly subjects: Map<number, Subject>;
  readonly limits: Map<number, string>;
  /** Number of a file, and how long it is now. */
  readonly files: Map<string, { readonly id: number; readonly isShmem: boolean; pages: number }>;
}

/** Does one kind of call for real. @throws LiveError when it cannot be done */
export type Play = (state: PlayerState, call: MadeCall) => Promise<Answers>;

/** Numbers of system calls on x86-64. */
export const Nr = {
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  brk: 12,
  mremap: 25,
  madvise: 28,
  wait4: 61,
  setresuid: 117,
  mlock: 149,
  munlock: 150,
  mlockall: 151,
  munlockall: 152,
  prctl: 157,
  remapFilePages: 216,
  mlock2: 325,
} as const;

/** The running kernel's numbers of a task. @throws LiveError when it was never made */
export function subjectOf({ subjects }: PlayerState, pid: unknown): Subject {
  const subject = subjects.get(pid as number);
  if (subject === undefined)
    throw new LiveError(`the task of the model's pid ${pid} was never made`);
  return subject;
}

export const callOf = (
  state: PlayerState,
  pid: unknown,
  number: number,
  ...args: readonly (number | string)[]
): Promise<Answer> => {
  const words = [...args, 0, 0, 0, 0, 0, 0].slice(0, 6);
  return state.recorder.ask("call", subjectOf(state, pid).pid, number, ...words);
};
