/** The child's totals are copied one by one, before any lock is taken (SPEC §5.5/3, D36). */
import { PAGE_SIZE } from "@forkpath/abi";
import { sysMunmap } from "@forkpath/mm";
import { expect, test } from "vitest";
import { sysFork } from "../../src/index.ts";
import { stepper } from "../stepper.ts";
import { machine, map, mmOf, spawn, taskOf } from "../world.ts";

test("munmap in the middle of it: total_vm is from before, shared_vm from after", () => {
  const fe = machine();
  const parent = spawn(fe, "[W W]");
  const mm = mmOf(parent);
  const gone = map(fe, parent, "[f f f]");
  const forking = stepper(fe, "P", sysFork(fe, parent));
  forking.until(`${mm.name}.sharedVm`); // total_vm is loaded
  expect(stepper(fe, "T", sysMunmap(fe.mm, mm, gone, 3 * PAGE_SIZE)).finish()).toBe(0);
  const { usage } = mmOf(taskOf(fe, forking.finish()));
  expect(mm.usage).toMatchObject({ totalVm: 2, sharedVm: 0 });
  expect(usage).toMatchObject({ totalVm: 5, sharedVm: 0 });
});
