/** forkpath itself as a model to be held against the vectors. */
import { type Exchanges, virtAddr } from "@forkpath/abi";
import type { Hook } from "@forkpath/conformance";
import { copyPageRange, zapPageRange } from "@forkpath/mm";
import { findPteCell, NO_CELL, pokeEntry } from "@forkpath/page-table";
import { type HeldLock, runToCompletion } from "@forkpath/sync";
import type { Model, Outside, Side } from "../model.ts";
import { writeSwapMap } from "./build-swap.ts";
import { exitChild } from "./child-exit.ts";
import { buildMachine, type VectorMachine } from "./machine.ts";
import { takeSnapshot } from "./snapshot.ts";

/** How forkpath runs the vectors. */
export interface ForkpathModelOptions {
  /** Every schedule point is taken, and every entry is a step of its own. Off by default. */
  readonly interleaved?: boolean;
  /** Rules that answer as on another release: then the vectors should tell. */
  readonly rules?: Exchanges;
}

/**
 * Runs `@forkpath/mm` from `copy_page_range` or `zap_page_range` down.
 * @example
 * ```ts
 * import { forkpathModel, runVector } from "@forkpath/conform";
 * import { loadVectors } from "@forkpath/conformance";
 * const [first] = loadVectors();
 * const model = forkpathModel({ interleaved: true });
 * if (first) console.log(runVector(first, model).differences.length); // 0
 * ```
 */
export const forkpathModel = ({
  interleaved = false,
  rules = {},
}: ForkpathModelOptions = {}): Model => ({
  build(vector, outside) {
    const machine = buildMachine(vector, outside, rules);
    const { env, parent, child, vmas } = machine;
    env.sync.interleaved = interleaved;
    return {
      copyArea(index) {
        startOtherCpus(machine, outside);
        const ret = runToCompletion(copyPageRange(env, child, parent, vmas[index]));
        stopOtherCpus(machine);
        return ret;
      },
      zapArea: (index, start, end) =>
        runToCompletion(zapPageRange(env, vmas[index], virtAddr(start), virtAddr(end))),
      exitChild: () => exitChild(machine),
      look: () => takeSnapshot(env, parent, child),
    };
  },
});

function startOtherCpus(machine: VectorMachine, outside: Outside): void {
  const { sync } = machine.env;
  sync.needResched = () => outside.needResched();
  sync.spinNeedbreak = (lock) => outside.spinNeedbreak(sideOf(lock));
  sync.onCondResched = () => {
    for (const hook of outside.condResched()) runHook(machine, hook);
  };
}

/** From now on no other thread wants anything. */
function stopOtherCpus({ env: { sync } }: VectorMachine): void {
  sync.needResched = null;
  sync.spinNeedbreak = null;
  sync.onCondResched = null;
}

const sideOf = ({ owner }: HeldLock): Side => (owner === "src" ? "src" : "dst");

/** @throws RangeError for an entry without a table, or a slot that its device does not have */
function runHook({ env, parent }: VectorMachine, hook: Hook): void {
  if ("setSwapMap" in hook) {
    writeSwapMap(env.swap, hook.setSwapMap);
    return;
  }
  const { addr, pte } = hook.setParentPte;
  const cell = findPteCell(env.tables, parent.pgd, virtAddr(Number(addr)));
  if (cell === NO_CELL) throw new RangeError(`hooks: no table of the parent maps ${addr}`);
  pokeEntry(env.tables, cell, BigInt(pte));
}
