/** Random mutants: where a machine would change a source, and which tests look at it first. */

import { REPO } from "@forkpath/config/published";
import { expect, test } from "vitest";
import { withFault } from "../../mutation/fault.ts";
import { nearestFirst } from "../../mutation/order.ts";
import { chooseMutants } from "../../mutation/random/choose.ts";
import { EQUIVALENT } from "../../mutation/random/equivalent.ts";
import { changesOf } from "../../mutation/random/mutants.ts";

/** The source after each change, without what all have in common. */
const changed = (text: string): string[] =>
  changesOf(text).map(({ at, find, replace }) => {
    expect(text.slice(at, at + find.length)).toBe(find);
    return text.slice(0, at) + replace + text.slice(at + find.length);
  });

test.each([
  ["a < b", ["a <= b", ";"]],
  ["x = !a && b", ["x = !a || b", "x = a && b", ";"]],
  ["--x; x++", ["; x++", "++x; x++", "--x; ;", "--x; x--"]],
  ["const x = 0 + 1", ["const x = 0 - 1", "const x = 1 + 1", "const x = 0 + 0"]],
  ["const x = a ? b : c", ["const x = (b)", "const x = (c)"]],
  ["while (a) f()", ["while (false) f()", "while (a) ;"]],
])("%s", (text, wanted) => {
  expect(changed(text).sort()).toEqual([...wanted].sort());
});

test("types, texts and what is thrown stay", () => {
  const text = 'type A = 0 | 1; const x: 7 = "8"; if (y) throw new Error("a" + 1);';
  expect(changed(text)).toEqual([text.replace("(y)", "(true)"), text.replace("(y)", "(false)")]);
});

test("its own tests look at a source first, then its neighbours", () => {
  const tests = ["area/merge", "copy/huge", "copy/one-pte-races", "copy/one-pte", "state"];
  const paths = tests.map((name) => `packages/mm/test/${name}.test.ts`);
  expect(nearestFirst(paths.sort(), "packages/mm/src/copy/one-pte.ts", (path) => path)).toEqual(
    [2, 3, 1, 0, 4].map((index) => paths[index]),
  );
});

test("a seed chooses the same mutants each time, and another seed others", async () => {
  const choose = (seed: number) => chooseMutants(REPO, ["swap"], 5, seed);
  expect(await choose(1)).toEqual(await choose(1));
  expect(await choose(1)).not.toEqual(await choose(2));
});

test("every mutant fits its source, and each known equivalent is one of them", async () => {
  const packages = [...new Set(EQUIVALENT.map(({ file }) => file.split("/")[0]!))];
  const mutants = await chooseMutants(REPO, packages, Number.POSITIVE_INFINITY, 0);
  const reasons = new Set(mutants.map(({ accepted }) => accepted));
  expect(EQUIVALENT.filter(({ why }) => !reasons.has(why))).toEqual([]);
});

test("a mutant is made at its offset, wherever its text stands besides", async () => {
  const [mutant] = await chooseMutants(REPO, ["counters"], 1, 3);
  const before = `${" ".repeat(mutant!.at!)}${mutant!.find} ${mutant!.find}`;
  expect(withFault(before, mutant!)).toBe(
    `${" ".repeat(mutant!.at!)}${mutant!.replace} ${mutant!.find}`,
  );
});
