/** execve, done for real: a program that was made for it, with strings of 2048 bytes. */

import type { ExecOptions } from "@forkpath/kernel";
import { type Answers, numberText } from "./answers.ts";
import { LiveError } from "./live-error.ts";
import type { MadeCall } from "./made-call.ts";
import { type PlayerState, subjectOf } from "./player-state.ts";

/** Its pid is that of its process from then on, whichever thread has called. */
export async function execve(state: PlayerState, { args, answer }: MadeCall): Promise<Answers> {
  const [pid, options, isKilled] = args as [number, ExecOptions, boolean];
  const file = state.files.get(options.path);
  if (file === undefined) throw new LiveError(`no program is called ${options.path}`);
  const { pid: caller } = subjectOf(state, pid);
  const strings = options.argv?.length ?? 0;
  const { result, signal = 0 } = await state.recorder.ask("exec", caller, file.id, strings);
  const text = signal === 0 ? numberText(result) : "killed";
  return { model: isKilled ? "killed" : numberText(answer as number), kernel: text };
}
