/**
 * Tells mismatches that a defect of the kernel explains from those that nothing does, over the
 * steps of one history: see drift-rules.ts.
 *
 * While a call waits half-way, a fork for the semaphore of its parent or an exec for its other
 * threads, nothing is reported: what is wrong then and stays so is found when it has gone on.
 */
import type { Kernel } from "@forkpath/kernel";
import { type Causes, findCauses } from "./drift-causes.ts";
import { parseMismatch, RULES } from "./drift-rules.ts";

export interface KnownDrift {
  /** To be called with what a recount found after each step. @returns what no rule allows */
  unexplained(lines: readonly string[]): readonly string[];
  /** Pages that were promised and that nobody will give back, as of the last step. */
  lostPromises(): number;
}

/** How much each number was off when it was looked at last; what is right has none. */
type Drifts = ReadonlyMap<string, number>;

export function createKnownDrift(kernel: Kernel): KnownDrift {
  let drifts: Drifts = new Map();
  let before = findCauses(kernel);
  return {
    unexplained(lines) {
      const causes = [before, findCauses(kernel)] as const;
      before = causes[1];
      const explained: Map<string, number> = new Map();
      const strange = lines.filter((line) => !isExplained(line, causes, drifts, explained));
      drifts = before.isHalfWay ? new Map([...drifts, ...explained]) : explained;
      return before.isHalfWay ? [] : strange;
    },
    lostPromises: () => drifts.get("vm_committed_as") ?? 0,
  };
}

/** Adds the drift to `explained` if it is one that stays. */
function isExplained(
  line: string,
  causes: readonly [before: Causes, after: Causes],
  drifts: Drifts,
  explained: Map<string, number>,
): boolean {
  const rule = RULES.find((one) => one.line.test(line));
  if (rule === undefined) return false;
  const { what, owner, drift } = parseMismatch(rule, line);
  if (rule.isPassing) return rule.isAllowed(causes[1], owner, drift);
  const change = drift - (drifts.get(what) ?? 0);
  if (change !== 0 && !causes.some((one) => rule.isAllowed(one, owner, change))) return false;
  explained.set(what, drift);
  return true;
}
