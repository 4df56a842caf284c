/** A kernel thread runs on somebody's page directory, and execs (SPEC §5.3, §7.6/4). */
import { expect, test } from "vitest";
import { createKernelThread, sysExecve, type TaskStruct } from "../../src/index.ts";
import { recount } from "../recount.ts";
import { machine, mmOf, run, spawn } from "../world.ts";
import { program } from "./programs.ts";

test("the borrowed mm loses its borrower", () => {
  const fe = machine();
  const lender = mmOf(spawn(fe, "[W]"));
  const thread = createKernelThread(fe, "kworker") as TaskStruct;
  thread.activeMm = lender; // as a switch from the lender leaves it
  lender.mmCount++;
  expect(run(sysExecve(fe, thread, program(fe)))).toBe(0);
  expect([lender.mmUsers, lender.mmCount]).toEqual([1, 1]);
  expect(thread.activeMm).toBe(mmOf(thread));
  expect(recount(fe)).toEqual([]);
});
