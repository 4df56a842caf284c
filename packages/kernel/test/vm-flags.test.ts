/** The line VmFlags of smaps, by release (M11.1, M11.2). */
import { KERNELS, type KernelName, Mlock, PAGE_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { createKernel, profileOf, vmFlagsText } from "../src/index.ts";

/** What an anonymous area shows when each of its pages is to be locked on its first fault. */
function lockedOnFault(kernel: KernelName): string {
  const machine = createKernel({ kernel });
  const pid = machine.createProcess();
  const addr = machine.mmap(pid, { len: PAGE_SIZE });
  machine.mlock2(pid, addr, PAGE_SIZE, Mlock.ONFAULT);
  const vma = machine.machine.fork.tasks.get(pid)?.mm?.vmas[0];
  return vmFlagsText(machine.machine.profile.proc, vma?.flags ?? 0);
}

test("a flag without letters is ??, and a kernel that tracks writes marks new areas", () => {
  expect(lockedOnFault("v5.19")).toBe("rd wr mr mw me lo ?? ac");
  expect(lockedOnFault("v6.1")).toBe("rd wr mr mw me lo ?? ac sd");
  expect(lockedOnFault("v6.12")).toBe("rd wr mr mw me lo lf ac");
});

test("el6 has no such line, and no kernel shows two flags by one code but ??", () => {
  for (const kernel of KERNELS) {
    const { proc } = profileOf(kernel);
    const codes = proc.vmFlagCodes.map(([, letters]) => letters).filter((one) => one !== "??");
    expect(new Set(codes).size, kernel).toBe(codes.length);
    expect(codes.length === 0).toBe(kernel === "el6");
  }
});

test("a new area merges with one that was cleared of the mark", () => {
  const machine = createKernel({ kernel: "v6.1" });
  const pid = machine.createProcess();
  machine.mmap(pid, { len: PAGE_SIZE });
  const mm = machine.machine.fork.tasks.get(pid)?.mm;
  if (mm === null || mm === undefined) throw new Error("no mm");
  mm.vmas[0].flags -= machine.machine.mm.rules.softDirty;
  machine.mmap(pid, { len: PAGE_SIZE });
  expect(mm.vmas.length).toBe(1);
});
