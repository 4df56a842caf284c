/**
 * The charge for exec's arguments, and a thread that faults meanwhile: which of the four kernels
 * loses an update (SPEC §1.7, D1).
 */

import { type Exchanges, rulesOf } from "@forkpath/abi";
import { touch } from "@forkpath/mm";
import type { Mismatch } from "@forkpath/sync";
import { stepper } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import { forkRules, sysExecve, sysVfork } from "../../src/index.ts";
import { recount } from "../recount.ts";
import { machine, map, mmOf, rss, spawn, taskOf } from "../world.ts";
import { argumentOf, program } from "./programs.ts";

/** As meant: the charge takes the lock where the counters are plain. */
const CURED: Exchanges = { argLock: { cures: "D1" } };

/**
 * A vfork child copies its arguments: between the load and the store of its charge to the parent's
 * counter, another thread of the parent writes a page. Then the child's exec goes on.
 * @returns the parent's counters afterwards
 */
function race(
  splitPtlocks: boolean,
  exchanges: Exchanges,
): { rss: string; wrong: readonly Mismatch[] } {
  const fe = machine({ splitPtlocks }, { rules: rulesOf(forkRules, "el6", exchanges) });
  const parent = spawn(fe);
  const addr = map(fe, parent, "[W W -]");
  const cell = `${mmOf(parent).name}._anon_rss`;
  const forking = stepper(fe, "P", () => sysVfork(fe, parent));
  forking.waitsFor();
  const child = taskOf(fe, 3);
  const execing = stepper(fe, "C", () =>
    sysExecve(fe, child, program(fe, { argv: [argumentOf(2)] })),
  );
  const faulting = stepper(fe, "T", () => touch(fe.mm, mmOf(parent), addr + 2 * 4096, true));
  execing.until(cell); // the load, or the whole add
  if (!splitPtlocks) execing.until(cell); // loaded; about to store
  const isExcluded = !splitPtlocks && exchanges === CURED;
  if (isExcluded) expect(faulting.waitsFor()).toBe(mmOf(parent).pageTableLock.name);
  else faulting.finish();
  expect(execing.finish()).toBe(0);
  if (isExcluded) faulting.finish();
  forking.finish();
  return { rss: rss(parent), wrong: recount(fe) };
}

describe("two pages and one that is written meanwhile", () => {
  test("non-split, as shipped: the page is lost from the count, for good", () => {
    const { rss, wrong } = race(false, {});
    expect(rss).toBe("(0,2,0)");
    expect(wrong).toEqual([{ rule: "I2", owner: "mm1", field: "anon_rss", kept: 2, counted: 3 }]);
  });

  test.each<[boolean, Exchanges]>([
    [false, CURED],
    [true, {}],
    [true, CURED],
  ])("split %s, %j: nothing is lost", (splitPtlocks, exchanges) => {
    expect(race(splitPtlocks, exchanges)).toEqual({ rss: "(0,3,0)", wrong: [] });
  });
});
