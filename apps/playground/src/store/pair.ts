/** Which two processes stand side by side. */
import type { MachineState, Run } from "../worker/protocol.ts";

/** Names; the second is null where there is one process only. */
export type Pair = readonly [string | null, string | null];

/** Parent and child of the newest fork at or before the step; else the first two of all. */
export function defaultPair(run: Run | null, step: number): Pair {
  if (run === null) return [null, null];
  for (let at = Math.min(step, run.states.length - 1); at > 0; at--) {
    const found = forkAt(run.states[at - 1], run.states[at]);
    if (found !== null) return found;
  }
  const names = run.states[Math.min(step, run.states.length - 1)].tasks.map(({ name }) => name);
  return [names[0] ?? null, names[1] ?? null];
}

/** A name that is new, and its parent's. */
function forkAt(before: MachineState, after: MachineState): Pair | null {
  const known = new Set(before.tasks.map(({ name }) => name));
  const child = after.tasks.find(({ name, ppid }) => !known.has(name) && ppid !== null);
  const parent = before.tasks.find(({ pid }) => pid === child?.ppid);
  return child === undefined || parent === undefined ? null : [parent.name, child.name];
}
