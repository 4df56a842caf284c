/** Which of the four kernels charges exec's arguments under page_table_lock (SPEC §7.2, D1). */
import { attachSink, EventClass } from "@forkpath/events";
import { expect, test } from "vitest";
import { type ForkEnvOptions, sysExecve } from "../../src/index.ts";
import { machine, mmOf, run, spawn } from "../world.ts";
import { program } from "./programs.ts";

type Locks = NonNullable<ForkEnvOptions["execLocksCounter"]>;

test.each<[splitPtlocks: boolean, Locks, string]>([
  [false, "ifdef", "never"], // as shipped: the lock is compiled out
  [false, "if", "for each change"],
  [true, "ifdef", "never"],
  [true, "if", "never"], // the counters are atomic
])("split %s, %s: %s", (splitPtlocks, execLocksCounter, answer) => {
  const fe = machine({ splitPtlocks }, { execLocksCounter });
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
