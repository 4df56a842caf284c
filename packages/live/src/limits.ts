/** Limits of a process, set from outside. */
import type { PlayerState } from "./player-state.ts";

/** @kernel RLIMIT_* in include/uapi/asm-generic/resource.h */
const RESOURCES: Readonly<Record<string, number>> = {
  data: 2,
  stack: 3,
  nproc: 6,
  memlock: 8,
  as: 9,
};
/** A limit of none, as prlimit wants it. */
const UNLIMITED = "0xffffffffffffffff";
/** Only where they have changed. Bytes, or a count; Infinity for none. */
export async function setLimits(
  state: PlayerState,
  pid: number,
  limits: Readonly<Record<string, number>>,
): Promise<void> {
  const text = JSON.stringify(Object.values(limits).map(String));
  if (state.limits.get(pid) === text) return;
  state.limits.set(pid, text);
  const subject = state.subjects.get(pid);
  if (subject === undefined) return;
  for (const [name, value] of Object.entries(limits)) {
    const bytes = Number.isFinite(value) ? value : UNLIMITED;
    await state.recorder.ask("limit", subject.pid, RESOURCES[name], bytes);
  }
}
