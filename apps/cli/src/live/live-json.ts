/** A run on the running kernel, for programs: what `live --json` writes. */
import type { LivePlan, LiveResult, LiveStep, Obstacle, Sight } from "@forkpath/live";

interface LiveJson {
  readonly file: string;
  readonly title: string;
  /** As `uname -r` says it, and the profile that it is held against. */
  readonly release: string;
  readonly kernel: string;
  readonly notes: readonly string[];
  /** Steps that cannot be done for real. */
  readonly cannot: readonly Obstacle[];
  /** The rest is there unless that has kept it from being done. */
  readonly ok?: boolean;
  readonly sight?: Sight;
  readonly values?: number;
  readonly steps?: readonly LiveStep[];
}

export function liveJson(plan: LivePlan, result: LiveResult | null): LiveJson {
  const { scenario, machine, notes, obstacles } = plan;
  const { fileName: file, title } = scenario;
  const { release, kernel } = machine;
  const head = { file, title, release, kernel, notes, cannot: obstacles };
  if (result === null) return head;
  const { sight, values, steps, differences, isInterrupted } = result;
  return { ...head, ok: differences === 0 && !isInterrupted, sight, values, steps };
}
