/**
 * The one gate that every allocation of the model passes, and that can be made to refuse.
 *
 * Page tables, VMAs, tasks, anon_vmas, pages and swap continuation pages all ask here first, in
 * the order in which the kernel would. Refusing the n-th request makes each failure path of the
 * kernel reachable, one by one.
 */
import { expectInteger } from "@forkpath/abi";

/**
 * Counts requests, and refuses those that a caller has chosen.
 * @modelOnly Linux has it as fault injection (failslab), by chance
 */
export interface AllocGate {
  /** Requests so far, refused ones included. */
  count: number;
  /** Indices (from 0) of the requests that fail. */
  readonly refused: Set<number>;
}

/** @modelOnly fault injection; the kernel's nearest is CONFIG_FAILSLAB */
export const createAllocGate = (): AllocGate => ({ count: 0, refused: new Set() });

/**
 * Lets the `index`-th request from now fail (0 = the next one).
 * @throws RangeError or TypeError unless `index` is a non-negative integer
 * @modelOnly fault injection
 * @example
 * ```ts
 * import { createSync, failNth } from "@forkpath/sync";
 * const sync = createSync();
 * failNth(sync.gate, 2); // the third request from now
 * console.log([...sync.gate.refused].join()); // 2
 * ```
 */
export function failNth(gate: AllocGate, index: number): void {
  expectInteger("failNth", "index", index, 0, Number.MAX_SAFE_INTEGER - gate.count);
  gate.refused.add(gate.count + index);
}

/**
 * Counts one request; false when it has to fail.
 * @modelOnly fault injection
 */
export function passGate(gate: AllocGate): boolean {
  const index = gate.count++;
  return gate.refused.size === 0 || !gate.refused.delete(index);
}
