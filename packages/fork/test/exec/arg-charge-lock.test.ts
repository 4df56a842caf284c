/** Which of the four kernels charges exec's arguments under page_table_lock (SPEC §7.2, D1). */
import { type Exchanges, rulesOf } from "@forkpath/abi";
import { attachSink, EventClass } from "@forkpath/events";
import { run } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { forkRules, sysExecve } from "../../src/index.ts";
import { machine, mmOf, spawn } from "../world.ts";
import { program } from "./programs.ts";

/** As meant: the lock is taken where the counters are plain. */
const CURED: Exchanges = { argLock: { cures: "D1" } };

test.each<[splitPtlocks: boolean, exchanges: Exchanges, string]>([
  [false, {}, "never"], // as shipped: the lock is compiled out
  [false, CURED, "for each change"],
  [true, {}, "never"],
  [true, CURED, "never"], // the counters are atomic
])("split %s, %j: %s", (splitPtlocks, exchanges, answer) => {
  const fe = machine({ splitPtlocks }, { rules: rulesOf(forkRules, "el6", exchanges) });
  const task = spawn(fe, "[W]");
  const lock = mmOf(task).pageTableLock.name;
  const taken: string[] = [];
  attachSink(fe.sync, {
    wants: EventClass.LOCK,
    emit: (event) => {
      if (event.kind === "lock" && event.where === "acct_arg_size") taken.push(event.lock);
    },
  });
  expect(run(sysExecve(fe, task, program(fe)))).toBe(0);
  // Charged with the first page, and withdrawn at the point of no return.
  expect(taken).toEqual(answer === "never" ? [] : [lock, lock]);
});
