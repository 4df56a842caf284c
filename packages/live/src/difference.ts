/** What a comparison collects: how many values it has seen, and which differ. */

/** One value that is not the same on both sides. */
export interface LiveDifference {
  /** What was looked at: `worker1 heap 3 entry`, `worker1 VmRSS`. */
  readonly text: string;
  /** As the model has it, and as the kernel shows it. */
  readonly model: string;
  /** As the kernel shows it. */
  readonly kernel: string;
}

/** Names a page of a process: `heap 3`, or its address where no mapping of a name is there. */
export type NamePage = (process: string, addr: number) => string;

export interface Tally {
  differences: LiveDifference[];
  values: number;
  pages: number;
}

/** @returns whether both are the same */
export function told(
  tally: Tally,
  whose: string,
  what: string,
  model: string | number,
  kernel: string | number,
  unit = "",
): boolean {
  tally.values++;
  if (model === kernel) return true;
  const text = `${whose} ${what}`;
  tally.differences.push({ text, model: `${model}${unit}`, kernel: `${kernel}${unit}` });
  return false;
}
