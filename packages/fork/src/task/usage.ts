/** Counts of events that getrusage reports: made, added up, set back. */
import type { UsageCounts } from "../types.ts";

/** @modelOnly zeroed fields of task_struct or signal_struct */
export const createUsage = (): UsageCounts => ({ minFlt: 0, majFlt: 0, nvcsw: 0, nivcsw: 0 });

/** @modelOnly four += lines of the kernel */
export function addUsage(to: UsageCounts, from: UsageCounts): void {
  to.minFlt += from.minFlt;
  to.majFlt += from.majFlt;
  to.nvcsw += from.nvcsw;
  to.nivcsw += from.nivcsw;
}

/** @modelOnly four = 0 lines of copy_mm */
export function clearUsage(usage: UsageCounts): void {
  usage.minFlt = 0;
  usage.majFlt = 0;
  usage.nvcsw = 0;
  usage.nivcsw = 0;
}
