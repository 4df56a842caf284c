/**
 * Tells mismatches that a defect of the kernel explains from those that nothing does, over the
 * steps of one history: see drift-rules.ts.
 *
 * While a call waits half-way, a fork for the semaphore of its parent or an exec for its other
 * threads, nothing is reported: what is wrong then and stays so is found when it has gone on.
 */
import type { Kernel } from "@forkpath/kernel";
import { type Causes, findCauses } from "./drift-causes.ts";
import { parseMismatch, RULES, type Rule } from "./drift-rules.ts";

export interface KnownDrift {
  /**
   * To be called with what a recount found after each step.
   * @param remapping the address space that it called remap_file_pages on
   * @returns what no rule allows
   */
  unexplained(lines: readonly string[], remapping: string | null): readonly string[];
  /** Pages that were promised and that nobody will give back, as of the last step. */
  lostPromises(): number;
}

/** How much each number was off when it was looked at last; what is right has none. */
type Drifts = ReadonlyMap<string, number>;

export function createKnownDrift(kernel: Kernel): KnownDrift {
  let drifts: Drifts = new Map();
  let before = findCauses(kernel);
  return {
    unexplained(lines, remapping) {
      const causes = [before, findCauses(kernel, remapping)] as const;
      before = causes[1];
      const explained: Map<string, number> = new Map();
      const strange = lines.filter((line) => !isExplained(line, causes, drifts, explained));
      drifts = before.isHalfWay ? new Map([...drifts, ...explained]) : explained;
      return before.isHalfWay ? [] : strange;
    },
    lostPromises: () => drifts.get("vm_committed_as") ?? 0,
  };
}

function isExplained(
  line: string,
  causes: readonly [before: Causes, after: Causes],
  drifts: Drifts,
  explained: Map<string, number>,
): boolean {
  const rules = RULES.filter((one) => one.line.test(line));
  return rules.some((rule) => isExplainedBy(rule, line, causes, drifts, explained));
}

/** Adds to `explained` the drift that stays. */
function isExplainedBy(
  rule: Rule,
  line: string,
  causes: readonly [before: Causes, after: Causes],
  drifts: Drifts,
  explained: Map<string, number>,
): boolean {
  const { what, owner, drift } = parseMismatch(rule, line);
  const stayed = drifts.get(what) ?? 0;
  const change = drift - stayed;
  if (rule.isPassing) {
    const isPassing = rule.isAllowed(causes[1], owner, change);
    if (isPassing && stayed !== 0) explained.set(what, stayed);
    return isPassing;
  }
  const isKnown =
    change === 0 ||
    causes.some((one) => rule.isAllowed(one, owner, change)) ||
    (rule.isCopied === true && isCopy(what, drift, drifts));
  if (isKnown) explained.set(what, drift);
  return isKnown;
}

/** Whether another address space is off by as much, and this one was not there before. */
function isCopy(what: string, drift: number, drifts: Drifts): boolean {
  const [, field] = what.split(": ");
  return (
    !drifts.has(what) &&
    [...drifts].some(([other, by]) => by === drift && other.endsWith(`: ${field}`))
  );
}
