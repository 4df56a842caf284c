/** Two pages under migration at once, at one address of two processes (SPEC §4.8). */

import { access, createFamily, fork, frameOf, recount, show } from "@forkpath/test-world/family";
import { beginMigration, endMigration } from "@forkpath/test-world/family-paths";
import { expect, test } from "vitest";

test("an entry that waits for another page is left alone", () => {
  const family = createFamily("W");
  fork(family, "P", "C");
  access(family, "C", 0, true); // C has a page of its own, where P's would be looked for
  const [parents, childs] = [beginMigration(family, "P", 0), beginMigration(family, "C", 0)];
  expect(show(family)).toEqual({ P: "m (0,1,0)", C: "M (0,1,0)" });
  expect(endMigration(family, parents)).toBe(0);
  expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "M (0,1,0)" });
  expect(endMigration(family, childs)).toBe(0);
  expect(show(family)).toEqual({ P: "rc' (0,1,0)", C: "Wc' (0,1,0)" });
  expect(frameOf(family, "C", 0)).toBe(childs.newPfn);
  expect(recount(family)).toEqual([]);
});
