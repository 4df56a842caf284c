/** Two pages under migration at once, at one address of two processes (SPEC §4.8). */
import { expect, test } from "vitest";
import { type Migration, migrateEnd, migratePagesBegin } from "../src/index.ts";
import { access, createFamily, type Family, fork, frameOf, recount, show } from "./world/family.ts";
import { run } from "./world/machine.ts";

function begin(family: Family, name: string): Migration {
  const [migration] = run(migratePagesBegin(family.env, [frameOf(family, name, 0)]));
  return migration;
}

test("an entry that waits for another page is left alone", () => {
  const family = createFamily("W");
  fork(family, "P", "C");
  access(family, "C", 0, true); // C has a page of its own, where P's would be looked for
  const [parents, childs] = [begin(family, "P"), begin(family, "C")];
  expect(show(family)).toEqual({ P: "m (0,1,0)", C: "M (0,1,0)" });
  expect(run(migrateEnd(family.env, parents))).toBe(0);
  expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "M (0,1,0)" });
  expect(run(migrateEnd(family.env, childs))).toBe(0);
  expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "Wc' (0,1,0)" });
  expect(frameOf(family, "C", 0)).toBe(childs.newPfn);
  expect(recount(family)).toEqual([]);
});
