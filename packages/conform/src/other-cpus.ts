/**
 * What the rest of the machine does while fork runs: it asks for the CPU or for a lock, and changes
 * entries and swap counts while no lock is held. All of it follows the vector's scripts.
 */
import { virtAddr } from "@forkpath/abi";
import type { Hook, PollScript } from "@forkpath/conformance";
import { findPteCell, NO_CELL, pokeEntry } from "@forkpath/page-table";
import type { HeldLock } from "@forkpath/sync";
import { writeSwapMap } from "./build-swap.ts";
import type { Machine } from "./machine.ts";

/** Lets the scripts answer. Each poll counts its own calls, and so does cond_resched. */
export function startOtherCpus(machine: Machine): void {
  const { sync } = machine.env;
  const { config } = machine.vector;
  const wantsSrc = pollOf(config.needbreakSrc);
  const wantsDst = pollOf(config.needbreakDst);
  sync.needResched = pollOf(config.resched);
  sync.spinNeedbreak = (lock: HeldLock) => (lock.name.startsWith("src.") ? wantsSrc() : wantsDst());
  let turn = 0;
  sync.onCondResched = () => {
    const now = turn++;
    for (const hook of config.hooks ?? []) if (hook.atCondResched === now) runHook(machine, hook);
  };
}

/** From now on nobody else wants anything. */
export function stopOtherCpus({ env: { sync } }: Machine): void {
  sync.needResched = null;
  sync.spinNeedbreak = null;
  sync.onCondResched = null;
}

function pollOf(script: PollScript = "never"): () => boolean {
  if (typeof script === "string") return () => script === "always";
  const yes = new Set(script);
  let call = 0;
  return () => yes.has(call++);
}

/** @throws RangeError for an entry without a table, or a slot that its device does not have */
function runHook({ env, parent, log }: Machine, hook: Hook): void {
  if ("setSwapMap" in hook) {
    const { type, offset, map } = hook.setSwapMap;
    writeSwapMap(env.swap, hook.setSwapMap);
    log.note(`hook set_swap_map ${type} ${offset} ${map}`);
    return;
  }
  const { addr, pte } = hook.setParentPte;
  const cell = findPteCell(env.tables, parent.pgd, virtAddr(Number(addr)));
  if (cell === NO_CELL) throw new RangeError(`hooks: no table of the parent maps ${addr}`);
  pokeEntry(env.tables, cell, BigInt(pte));
  log.note(`hook set_parent_pte ${addr} ${pte}`);
}
