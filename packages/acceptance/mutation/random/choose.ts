/** Random mutants: faults that a machine places, with no idea of what the source is about. */
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "@forkpath/interleave";
import type { Fault } from "../fault.ts";
import { reasonFor } from "./equivalent.ts";
import { type Change, changesOf } from "./mutants.ts";

/** From the bottom of the house up. */
export const MUTATED: readonly string[] = [
  ...["counters", "page-table", "swap", "rmap", "mm", "fork", "procfs", "kernel", "predict"],
];

/**
 * `count` mutants of the packages' sources, or all if there are fewer, in the order of their
 * places.
 * @param repo the root of the workspace
 * @param seed an integer from 0 to 2^32 - 1: the same seed and sources, the same mutants
 */
export async function chooseMutants(
  repo: string,
  packages: readonly string[],
  count: number,
  seed: number,
): Promise<readonly Fault[]> {
  const all: Fault[] = [];
  for (const pkg of packages) all.push(...(await mutantsOf(repo, pkg)));
  const random = new Random();
  random.restart(seed, 0);
  const chosen: Fault[] = [];
  for (let left = all.length; left > 0 && chosen.length < count; left--) {
    const place = random.below(left);
    chosen.push(all[place]!);
    all[place] = all[left - 1]!;
  }
  return chosen.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every mutant of one package, by file. */
async function mutantsOf(repo: string, pkg: string): Promise<readonly Fault[]> {
  const src = join(repo, "packages", pkg, "src");
  const files = globSync("**/*.ts", { cwd: src });
  const mutants: Fault[] = [];
  for (const file of files.sort()) {
    const text = await readFile(join(src, file), "utf8");
    mutants.push(...changesOf(text).map((change) => mutantOf(pkg, file, text, change)));
  }
  return mutants;
}

function mutantOf(pkg: string, file: string, text: string, change: Change): Fault {
  const { kind, at, find, replace } = change;
  const before = text.slice(0, at).split("\n");
  const column = before.at(-1)!.length;
  const line = text.split("\n")[before.length - 1]!.trim();
  const name = `${file}:${before.length}:${column + 1} ${short(find)} → ${short(replace)}`;
  const fault = { id: `${pkg}/${name}`, package: pkg, name, file, at, find, replace, why: kind };
  const accepted = reasonFor(`${pkg}/${file}`, line, change);
  return accepted === undefined ? fault : { ...fault, accepted };
}

/** On one line, and no longer than a column of a report. */
function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 44 ? `${line.slice(0, 43)}…` : line;
}
