/** prctl(PR_SET_THP_DISABLE) by release, and who takes it over (M20/5). */
import { errnoName, type KernelName, Madvise, PMD_SIZE } from "@forkpath/abi";
import { describe, expect, test } from "vitest";
import { createKernel, type Kernel } from "../src/index.ts";

const boot = (kernel: KernelName): { kernel: Kernel; pid: number } => {
  const machine = createKernel({ kernel, transparentHugepage: "always" });
  return { kernel: machine, pid: machine.createProcess() };
};

/** Maps 2 MiB, with advice or without, and writes a byte. @returns whether that made a huge page */
function writesHuge(kernel: Kernel, pid: number, isAdvised = false): boolean {
  const room = kernel.mmap(pid, { len: 2 * PMD_SIZE });
  const addr = Math.ceil(room / PMD_SIZE) * PMD_SIZE;
  if (isAdvised) kernel.madvise(pid, addr, PMD_SIZE, Madvise.HUGEPAGE);
  kernel.write(pid, addr);
  return kernel.letters(pid, addr, 1) === "H";
}

describe("huge pages are turned off", () => {
  test("not on el6; in new areas from v4.4 on, in all from v5.4 on", () => {
    const answers = (["el6", "v4.4", "v5.4"] as const).map((release) => {
      const { kernel, pid } = boot(release);
      const room = kernel.mmap(pid, { len: 2 * PMD_SIZE });
      const old = Math.ceil(room / PMD_SIZE) * PMD_SIZE;
      const answer = errnoName(kernel.prctlThp(pid, "off"));
      kernel.write(pid, old);
      return [answer, kernel.letters(pid, old, 1) === "H", writesHuge(kernel, pid)];
    });
    expect(answers).toEqual([
      ["-EINVAL", true, true],
      ["0", true, false],
      ["0", false, false],
    ]);
  });

  test("for children and for a new program too, until they are turned on again", () => {
    for (const release of ["v4.4", "v6.1", "v6.18"] as const) {
      const { kernel, pid } = boot(release);
      kernel.prctlThp(pid, "off");
      const child = kernel.fork(pid);
      expect(writesHuge(kernel, child), release).toBe(false);
      expect(kernel.execve(child, { path: "/bin/true" })).toBe(0);
      expect(writesHuge(kernel, child), release).toBe(false);
      kernel.prctlThp(child, "on");
      expect([writesHuge(kernel, child), writesHuge(kernel, pid)]).toEqual([true, false]);
      expect(kernel.check()).toEqual([]);
    }
  });

  test("unless advised, on v6.18 alone", () => {
    const { kernel, pid } = boot("v6.18");
    expect(kernel.prctlThp(pid, "unless advised")).toBe(0);
    expect([writesHuge(kernel, pid), writesHuge(kernel, pid, true)]).toEqual([false, true]);
    const older = boot("v6.12");
    expect(errnoName(older.kernel.prctlThp(older.pid, "unless advised"))).toBe("-EINVAL");
  });

  test("mlockall keeps it", () => {
    const { kernel, pid } = boot("v4.4");
    kernel.prctlThp(pid, "off");
    kernel.mlockall(pid, 2);
    kernel.munlockall(pid);
    expect(writesHuge(kernel, pid)).toBe(false);
  });
});
