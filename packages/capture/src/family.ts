/** A process and all that descend from it. */
import { readdirSync } from "node:fs";
import { parseStat, statField } from "@forkpath/procfs";
import { readBytes } from "./read-file.ts";

/**
 * The process first, then its children with theirs, by number.
 * @example
 * ```ts
 * import { familyOf } from "@forkpath/capture";
 * console.log(familyOf(process.pid).includes(process.pid)); // true
 * ```
 */
export function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of processNames()) {
    const stat = readBytes(`/proc/${name}/stat`);
    if (stat === null) continue; // it has ended meanwhile
    const parent = Number(statField(parseStat(stat), "ppid"));
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [pid];
  for (const one of family) family.push(...(children.get(one) ?? []));
  return family;
}

function processNames(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // no /proc: reading the process itself tells so
  }
}
