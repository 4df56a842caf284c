/**
 * What the rest of the machine does while fork runs: it asks for the CPU or for a lock, and changes
 * entries and swap counts while no lock is held. All of it follows the vector's scripts.
 */
import type { Hook, PollScript, VectorConfig } from "@forkpath/conformance";
import { createEventLog, type EventLog } from "./event-log.ts";
import type { Outside } from "./model.ts";

/** Keeps what a model tells. */
export interface ScriptedOutside extends Outside {
  /** Where events go; the runner changes it between two parts of a run. */
  log: EventLog;
}

/** Each poll counts its own calls, and so does cond_resched. */
export function createOutside(config: VectorConfig): ScriptedOutside {
  const wantsSrc = pollOf(config.needbreakSrc);
  const wantsDst = pollOf(config.needbreakDst);
  let turn = 0;
  const outside: ScriptedOutside = {
    log: createEventLog(),
    tell: (event) => outside.log.emit(event),
    needResched: pollOf(config.resched),
    spinNeedbreak: (side) => (side === "src" ? wantsSrc() : wantsDst()),
    condResched() {
      const now = turn++;
      const due = (config.hooks ?? []).filter(({ atCondResched }) => atCondResched === now);
      for (const hook of due) outside.log.note(hookLine(hook));
      return due;
    },
  };
  return outside;
}

function pollOf(script: PollScript = "never"): () => boolean {
  if (typeof script === "string") return () => script === "always";
  const yes = new Set(script);
  let call = 0;
  return () => yes.has(call++);
}

function hookLine(hook: Hook): string {
  if ("setSwapMap" in hook) {
    const { type, offset, map } = hook.setSwapMap;
    return `hook set_swap_map ${type} ${offset} ${map}`;
  }
  const { addr, pte } = hook.setParentPte;
  return `hook set_parent_pte ${addr} ${pte}`;
}
