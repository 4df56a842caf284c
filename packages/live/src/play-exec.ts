/** execve, done for real: a program that was made for it, with strings of 2048 bytes. */

import type { ExecOptions } from "@forkpath/kernel";
import { type Answers, numberText } from "./answers.ts";
import { LiveError } from "./live-error.ts";
import type { MadeCall } from "./made-call.ts";
import { letGo } from "./play-tasks.ts";
import { type PlayerState, subjectOf } from "./player-state.ts";

/** Its pid is that of its process from then on, whichever thread has called. */
export async function execve(state: PlayerState, { args, answer }: MadeCall): Promise<Answers> {
  const [pid, options] = args as [number, ExecOptions];
  const file = state.files.get(options.path);
  if (file === undefined) throw new LiveError(`no program is called ${options.path}`);
  const { pid: caller } = subjectOf(state, pid);
  const strings = options.argv?.length ?? 0;
  const { result } = await state.recorder.ask("exec", caller, file.id, strings);
  if (result === 0) letGo(state, pid);
  return { model: numberText(answer as number), kernel: numberText(result) };
}
