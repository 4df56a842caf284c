/** Values of neighbouring pages, put together as recordings write them. */
import type { FrameRun } from "@forkpath/recordings";

/** `W*4 -*12`: each value with how often it comes, unless it comes once. */
export function runText(values: readonly (string | number)[]): string {
  const runs: string[] = [];
  for (let at = 0; at < values.length; ) {
    let end = at + 1;
    while (end < values.length && values[end] === values[at]) end++;
    runs.push(end - at > 1 ? `${values[at]}*${end - at}` : `${values[at]}`);
    at = end;
  }
  return runs.join(" ");
}

/** Numbers things from 0 in the order in which it sees them first. */
export type Canon = (key: number) => number;

export function createCanon(): Canon {
  const ids = new Map<number, number>();
  return (key) => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, ids.size);
    return ids.size - 1;
  };
}

/** Runs of pages whose keys are not 0 and whose ids follow each other. */
export function idRuns(keys: Float64Array, canon: Canon): FrameRun[] {
  const runs: [number, number, number][] = [];
  for (const [page, key] of keys.entries()) {
    if (key === 0) continue;
    const id = canon(key);
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === page && last[2] + last[1] === id) last[1]++;
    else runs.push([page, 1, id]);
  }
  return runs;
}

/** Runs of pages that show one frame before and another one now. */
export function changedRuns(before: Float64Array, now: Float64Array): [number, number][] {
  const runs: [number, number][] = [];
  for (const [page, key] of now.entries()) {
    const old = before[page] ?? 0;
    if (key === 0 || old === 0 || key === old) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === page) last[1]++;
    else runs.push([page, 1]);
  }
  return runs;
}
