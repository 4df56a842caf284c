/** Watches facts that must never fall while threads run: peaks, such as VmHWM. */
import { PROCESS_FACTS } from "../facts/process.ts";
import type { Peak } from "../story/threads.ts";
import { findProcess, taskOf } from "../world/who.ts";
import type { World } from "../world/world.ts";

/** One look, to be taken after each step: says what has fallen, and from where. */
export type PeakWatch = () => string | undefined;

const noPeak: PeakWatch = () => undefined;

export function watchPeaks(world: World, peaks: readonly Peak[]): PeakWatch {
  if (peaks.length === 0) return noPeak;
  const highest = peaks.map((peak) => read(world, peak));
  return () => {
    for (const [index, peak] of peaks.entries()) {
      const now = read(world, peak);
      const before = highest[index];
      if (now === undefined) continue;
      if (before !== undefined && now < before) {
        return `${peak.process} ${peak.fact} falls from ${before} to ${now}`;
      }
      highest[index] = now;
    }
    return undefined;
  };
}

/** Undefined for a process that has no memory any more, or not yet. */
function read(world: World, { process, fact }: Peak): bigint | undefined {
  if (!world.processes.has(process)) return undefined;
  const found = findProcess(world, process);
  const hasMemory = (taskOf(world, found)?.mm ?? null) !== null;
  return hasMemory ? BigInt(PROCESS_FACTS[fact].read(world, found)) : undefined;
}
