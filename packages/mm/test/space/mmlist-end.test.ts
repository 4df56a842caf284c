/**
 * SPEC §3.8, last rows: how an address space leaves the ring of those that may hold swap entries.
 */
import { run } from "@forkpath/test-world";
import { createFamily, fork } from "@forkpath/test-world/family";
import { type Family, mmOf } from "@forkpath/test-world/family-looks";
import { swapOut } from "@forkpath/test-world/family-paths";
import { expect, test } from "vitest";
import { mmput } from "../../src/index.ts";

/** Names along the ring, from the anchor on. */
function ringOf({ env }: Family): string[] {
  const names: string[] = [];
  const { initMm } = env.swap;
  for (let node = initMm.next; node !== initMm; node = node.next) names.push(node.name);
  return names;
}

test("each leaves with its last user; its neighbours close the gap", () => {
  const family = createFamily("W");
  swapOut(family, "P", 0);
  fork(family, "P", "C");
  fork(family, "C", "G");
  expect(ringOf(family)).toEqual(["P", "C", "G"]); // a child stands behind its parent
  const child = mmOf(family, "C");
  child.mmUsers = 2;
  run(mmput(family.env, child));
  expect(ringOf(family)).toEqual(["P", "C", "G"]);
  run(mmput(family.env, child));
  expect(ringOf(family)).toEqual(["P", "G"]);
  for (const name of ["P", "G"]) run(mmput(family.env, mmOf(family, name)));
  expect(ringOf(family)).toEqual([]);
});
