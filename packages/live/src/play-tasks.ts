/** Calls that make and end tasks, done for real. */
import { CloneFlag } from "@forkpath/abi";
import type { NewProcess } from "@forkpath/kernel";
import { type Answers, numberText, same } from "./answers.ts";
import { setLimits } from "./limits.ts";
import type { MadeCall } from "./made-call.ts";
import { callOf, Nr, type Play, type PlayerState, subjectOf } from "./player-state.ts";

/** Users of a history are nobody else's, so that their tasks can be counted. */
const FIRST_USER = 1_500_000_000;
const NO_HANG = 1;
const INIT = 1;

export const createProcess: Play = async (state, { args: [options], answer }) => {
  const { parent, uid = 0, rlimits = {} } = options as NewProcess;
  const from = parent === undefined ? 0 : subjectOf(state, parent).pid;
  const { result } = await state.recorder.ask("spawn", from);
  state.subjects.set(answer as number, { pid: result, tgid: result });
  // Before it is another user's, who may not raise them, nor have them raised.
  await setLimits(state, answer as number, rlimits);
  if (isRoot() && uid !== 0) await becomeUser(state, answer, uid);
  return same("a child");
};

const isRoot = (): boolean => process.getuid?.() === 0;

export const setuid: Play = async (state, { args: [pid, uid], answer }) => {
  const result = await becomeUser(state, pid, uid as number);
  return { model: numberText(answer as number), kernel: numberText(result) };
};

async function becomeUser(state: PlayerState, pid: unknown, uid: number): Promise<number> {
  const user = uid === 0 ? 0 : FIRST_USER + uid;
  return (await callOf(state, pid, Nr.setresuid, user, user, user)).result;
}

/** One that gives birth: what counts is whether it did. */
export const birth =
  (flagsOf: (call: MadeCall) => number): Play =>
  async (state, call) => {
    const parent = call.args[0] as number;
    const flags = flagsOf(call);
    const { result } = await state.recorder.ask("birth", subjectOf(state, parent).pid, flags);
    const child = call.answer as number;
    if (result > 0 && child > 0) {
      const tgid = flags & CloneFlag.THREAD ? subjectOf(state, parent).tgid : result;
      state.subjects.set(child, { pid: result, tgid });
      const limits = state.limits.get(parent); // which it inherits
      if (limits !== undefined) state.limits.set(child, limits);
    }
    return { model: childText(child), kernel: childText(result) };
  };

const childText = (pid: number): string => (pid > 0 ? "a child" : numberText(pid));

export const kill: Play = async (state, { args: [pid] }) => {
  await state.recorder.ask("kill", subjectOf(state, pid).pid);
  return same("success");
};

export function end(word: "end" | "exit"): Play {
  return async (state, { args: [pid, status = 0] }) => {
    await state.recorder.ask(word, subjectOf(state, pid).pid, status as number);
    return same("success");
  };
}

/** The child that the model has waited for, or was to: which of several comes first, it decides. */
export async function wait(
  state: PlayerState,
  { args: [pid, wanted], answer }: MadeCall,
): Promise<Answers> {
  const { pid: reaped } = answer as { readonly pid: number };
  const child = reaped > 0 ? reaped : wanted;
  const real = child === undefined ? -1 : (state.subjects.get(child as number)?.pid ?? -1);
  const { result } =
    pid === INIT
      ? await state.recorder.ask("reap", real)
      : await callOf(state, pid, Nr.wait4, real, 0, NO_HANG);
  return {
    model: waitText(reaped, reaped),
    kernel: waitText(result, result === real ? reaped : result),
  };
}

const waitText = (result: number, pid: number): string => {
  if (result === 0) return "waits";
  return result > 0 ? `the child ${pid}` : numberText(result);
};

export const setCpu: Play = async (state, { args: [pid, cpu] }) => {
  await state.recorder.ask("cpu", subjectOf(state, pid).pid, cpu as number);
  return same("success");
};
