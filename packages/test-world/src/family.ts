/**
 * A family of processes that share pages, for tests of what happens to a page wherever it is
 * mapped. Each has one area at START; its picture is its entries, and the counters behind them.
 *
 *    const family = createFamily("W W -");         P: two pages written, one never touched
 *    fork(family, "P", "C");                       C: copies of P's entries
 *    show(family)                                  { P: "r r - (0,2,0)", C: "rc' ..." }
 */
import { touch } from "@forkpath/mm";
import { addressOf, type Family, mmOf, processOf } from "./family-looks.ts";
import { copyEntries, type MachineOptions, run } from "./machine.ts";
import { cloneEmpty, createFile, createProcess } from "./process.ts";

export interface FamilyOptions extends MachineOptions {
  /** VmFlag bits of the area; by default private and writable. */
  readonly flags?: number;
  /** Map a file of as many pages instead of anonymous memory. */
  readonly file?: "disk" | "shmem";
}

/** A machine with one process, P, whose pages were touched as `letters` say: W, r (read) or -. */
export function createFamily(letters: string, options: FamilyOptions = {}): Family {
  const touches = letters.split(" ");
  const { file: kind, ...rest } = options;
  const pages = touches.length;
  const isShmem = kind === "shmem";
  const file = kind === undefined ? null : createFile({ sizePages: pages, isShmem });
  const parent = createProcess({ memoryPages: 256, pages, file, ...rest });
  const family: Family = { env: parent.env, members: new Map([["P", parent]]), pages, file };
  for (const [page, letter] of touches.entries()) {
    if (letter !== "-") access(family, "P", page, letter === "W");
  }
  family.env.sync.gate.count = 0;
  return family;
}

/** What fork does to the one area. Returns the status of the copy. */
export function fork(family: Family, parentName: string, childName: string): number {
  const parent = processOf(family, parentName);
  const child = cloneEmpty(parent, childName);
  family.members.set(childName, child);
  return copyEntries(parent, child);
}

/** One access of a member to its page; returns what `touch` does. */
export const access = (family: Family, name: string, page: number, isWrite: boolean): number =>
  run(touch(family.env, mmOf(family, name), addressOf(page), isWrite));
