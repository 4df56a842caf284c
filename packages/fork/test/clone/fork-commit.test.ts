/** Whose total_vm the commit check of fork looks at (SPEC §5.7/2, §5.12/5). */
import { Errno, VmFlag } from "@forkpath/abi";
import { Overcommit } from "@forkpath/mm";
import { run } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { sysFork } from "../../src/index.ts";
import { recount } from "../recount.ts";
import { machine, map, mmOf, spawn } from "../world.ts";

/**
 * Forks a parent of 84 pages, all charged; 64 of them lie lower and are DONTCOPY, so the child has
 * 20 when the others are to be charged: 104 in all. `limitPages` is mode 2's limit.
 */
function forkUnder(limitPages: number): number {
  const swapPages = 64;
  const overcommitKb = 4 * (limitPages - swapPages);
  const fe = machine({ commit: { mode: Overcommit.NEVER, overcommitKb } });
  const parent = spawn(fe);
  for (const pages of [20, 64]) map(fe, parent, `[${"- ".repeat(pages).trim()}]`);
  mmOf(parent).vmas[0].flags += VmFlag.DONTCOPY;
  const status = run(sysFork(fe, parent));
  expect(recount(fe)).toEqual([]);
  return status;
}

test.each([
  { limitPages: 106, isRefused: true },
  { limitPages: 107, isRefused: false },
])("the parent's: 104 pages under $limitPages less 84/32: refused $isRefused", (one) => {
  const status = forkUnder(one.limitPages);
  if (one.isRefused) expect(status).toBe(-Errno.ENOMEM);
  else expect(status).toBeGreaterThan(0);
});
