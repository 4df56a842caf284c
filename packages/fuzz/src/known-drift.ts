/**
 * Tells mismatches that a defect of the kernel explains from those that nothing does, over the
 * steps of one history: see drift-rules.ts.
 *
 * While a call waits half-way, a fork for the semaphore of its parent or an exec for its other
 * threads, nothing is reported: what is wrong then and stays so is found when it has gone on.
 */
import type { Kernel } from "@forkpath/kernel";
import { MACHINE, type Mismatch } from "@forkpath/sync";
import { type Causes, findCauses } from "./drift-causes.ts";
import { type DriftRule, driftRulesOf } from "./drift-rules.ts";

export interface KnownDrift {
  /**
   * To be called with what a recount found after each step.
   * @param remapping the address space that it called remap_file_pages on
   * @returns what no rule allows
   */
  unexplained(wrong: readonly Mismatch[], remapping: string | null): readonly Mismatch[];
  /** Pages that were promised and that will never be given back, as of the last step. */
  lostPromises(): number;
}

/** How much each field of each owner was off when it was looked at last; what is right has none. */
type Drifts = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function createKnownDrift(kernel: Kernel): KnownDrift {
  let drifts: Drifts = new Map();
  let before = findCauses(kernel);
  return {
    unexplained(wrong, remapping) {
      const causes = [before, findCauses(kernel, remapping)] as const;
      before = causes[1];
      if (wrong.length === 0 && drifts.size === 0) return wrong;
      const explained = before.isHalfWay ? copyOf(drifts) : new Map();
      const strange = wrong.filter((one) => !isExplained(one, causes, drifts, explained));
      drifts = explained;
      return before.isHalfWay ? [] : strange;
    },
    lostPromises: () => driftOf(drifts, "vm_committed_as", MACHINE) ?? 0,
  };
}

type MutableDrifts = Map<string, Map<string, number>>;

const copyOf = (drifts: Drifts): MutableDrifts =>
  new Map([...drifts].map(([field, byOwner]) => [field, new Map(byOwner)]));

const driftOf = (drifts: Drifts, field: string, owner: string): number | undefined =>
  drifts.get(field)?.get(owner);

const isExplained = (
  mismatch: Mismatch,
  causes: readonly [before: Causes, after: Causes],
  drifts: Drifts,
  explained: MutableDrifts,
): boolean =>
  driftRulesOf(mismatch).some((rule) => isExplainedBy(rule, mismatch, causes, drifts, explained));

/** Adds to `explained` the drift that stays. */
function isExplainedBy(
  rule: DriftRule,
  { owner, field, kept, counted }: Mismatch,
  causes: readonly [before: Causes, after: Causes],
  drifts: Drifts,
  explained: MutableDrifts,
): boolean {
  const stay = (drift: number): void => {
    explained.set(field, (explained.get(field) ?? new Map()).set(owner, drift));
  };
  const drift = Number(kept) - Number(counted);
  const stayed = driftOf(drifts, field, owner);
  const change = drift - (stayed ?? 0);
  if (rule.isPassing) {
    const isPassing = rule.isAllowed(causes[1], owner, change);
    if (isPassing && stayed !== undefined) stay(stayed);
    return isPassing;
  }
  const isKnown =
    change === 0 ||
    causes.some((one) => rule.isAllowed(one, owner, change)) ||
    (rule.isCopied === true && stayed === undefined && isCopy(drifts, field, drift));
  if (isKnown) stay(drift);
  return isKnown;
}

/** Whether another address space is off by as much. */
const isCopy = (drifts: Drifts, field: string, drift: number): boolean =>
  [...(drifts.get(field)?.values() ?? [])].includes(drift);
