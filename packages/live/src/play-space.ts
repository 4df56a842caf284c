/** What is said of all memory of a process, done for real. */
import { writeFileSync } from "node:fs";
import { bothNumbers, numberText } from "./answers.ts";
import { callOf, Nr, type Play, subjectOf } from "./player-state.ts";

/** An option of prctl, and what stands behind it for each word of the model. */
interface Option {
  readonly option: number;
  readonly args: Readonly<Record<string, readonly number[]>>;
}

/** PR_SET_THP_DISABLE. */
export const THP_DISABLE: Option = {
  option: 41,
  args: { on: [0], off: [1], "unless advised": [1, 2] },
};
/** PR_SET_MDWE. */
export const MDWE: Option = { option: 65, args: { inherited: [1], own: [3] } };

export const said =
  ({ option, args }: Option): Play =>
  async (state, { args: [pid, how], answer }) =>
    bothNumbers(answer, await callOf(state, pid, Nr.prctl, option, ...args[how as string]));

/** 5 is written to clear_refs. */
export const resetPeak: Play = async (state, { args: [pid], answer }) => {
  const path = `/proc/${subjectOf(state, pid).pid}/clear_refs`;
  return { model: numberText(answer as number), kernel: numberText(writeTo(path, "5")) };
};

/** @returns 0 or a negative errno */
function writeTo(path: string, text: string): number {
  try {
    writeFileSync(path, text);
    return 0;
  } catch (error) {
    return (error as { errno?: number }).errno ?? -1;
  }
}
