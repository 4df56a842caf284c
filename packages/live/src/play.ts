/**
 * Does for real what the model has done: one call of it becomes a command to the recorder. What the
 * running kernel answers is put into the words of the model, so that the two can be compared.
 */
import { FORK_FLAGS, VFORK_FLAGS } from "@forkpath/abi";
import type { Answers } from "./answers.ts";
import type { Subject } from "./kernel-look.ts";
import { setLimits } from "./limits.ts";
import { LiveError } from "./live-error.ts";
import type { BackingFile, MadeCall } from "./made-call.ts";
import { execve } from "./play-exec.ts";
import { mmap, mremap, plain, poke, remapFilePages, touch, truncate } from "./play-memory.ts";
import { MDWE, resetPeak, said, THP_DISABLE } from "./play-space.ts";
import { birth, createProcess, end, kill, setCpu, setuid, wait } from "./play-tasks.ts";
import { Nr, type Play, type PlayerState } from "./player-state.ts";
import type { Recorder } from "./recorder.ts";

export interface Player {
  /** By the model's pid. */
  readonly subjects: ReadonlyMap<number, Subject>;
  play(call: MadeCall): Promise<Answers>;
  /** Sets the limits of a process that have changed. Bytes, or a count; Infinity for none. */
  limit(pid: number, limits: Readonly<Record<string, number>>): Promise<void>;
}

/** @param files all that the history maps, in the order in which the recorder made them */
export function createPlayer(recorder: Recorder, files: readonly BackingFile[]): Player {
  const state: PlayerState = {
    recorder,
    subjects: new Map(),
    limits: new Map(),
    files: new Map(
      files.map(({ path, sizePages, isShmem }, id) => [path, { id, isShmem, pages: sizePages }]),
    ),
  };
  return {
    subjects: state.subjects,
    play: (call) => playCall(state, call),
    limit: (pid, limits) => setLimits(state, pid, limits),
  };
}

async function playCall(state: PlayerState, call: MadeCall): Promise<Answers> {
  const play = PLAYS[call.name];
  if (play === undefined) throw new LiveError(`${call.name} cannot be done for real`);
  return await play(state, call);
}

const PLAYS: Readonly<Record<string, Play>> = {
  createProcess,
  read: touch("read"),
  write: touch("write"),
  poke,
  mmap,
  munmap: plain(Nr.munmap),
  mprotect: plain(Nr.mprotect),
  madvise: plain(Nr.madvise),
  brk: plain(Nr.brk),
  mlock: plain(Nr.mlock),
  mlock2: plain(Nr.mlock2),
  munlock: plain(Nr.munlock),
  mlockall: plain(Nr.mlockall),
  munlockall: plain(Nr.munlockall),
  mremap,
  remapFilePages,
  fork: birth(() => FORK_FLAGS),
  vfork: birth(() => VFORK_FLAGS),
  clone: birth(({ args }) => args[1] as number),
  execve,
  setuid,
  exit: end("end"),
  exitGroup: end("exit"),
  kill,
  wait,
  setCpu,
  prctlThp: said(THP_DISABLE),
  prctlMdwe: said(MDWE),
  resetPeak,
  truncate,
};
