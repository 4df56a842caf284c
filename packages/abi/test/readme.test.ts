/** The README's example, run. */
import { expect, test } from "vitest";
import {
  Errno,
  errnoName,
  isCowMapping,
  pageAlignDown,
  TASK_SIZE,
  VmFlag,
  vmFlagNames,
  withVmFlag,
} from "../src/index.ts";

test("the example of the README prints what it says", () => {
  const flags = withVmFlag(VmFlag.READ | VmFlag.MAYWRITE, VmFlag.HUGEPAGE);
  expect(vmFlagNames(flags)).toEqual(["READ", "MAYWRITE", "HUGEPAGE"]);
  expect(isCowMapping(flags)).toBe(true);

  const lastByte = TASK_SIZE - 1;
  expect(pageAlignDown(lastByte).toString(16)).toBe("7fffffffe000");

  expect(errnoName(-Errno.ENOMEM)).toBe("-ENOMEM");
});
