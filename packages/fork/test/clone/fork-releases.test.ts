/** What later kernels do otherwise in fork, each beside what el6 does. */
import {
  Errno,
  errnoName,
  type KernelName,
  PAGE_SIZE,
  rulesOf,
  VmFlag,
  withVmFlag,
} from "@forkpath/abi";
import { mmRules, sysMunmap } from "@forkpath/mm";
import { downRead } from "@forkpath/sync";
import { run, stepper } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import { createUser, type ForkEnv, forkRules, sysFork, type TaskStruct } from "../../src/index.ts";
import { forkOf, machine, map, mmOf, rss, show, spawn, spawnAs, taskOf } from "../world.ts";

const on = (kernel: KernelName, pidMax = 32_768): ForkEnv =>
  machine({ rules: rulesOf(mmRules, kernel) }, { rules: rulesOf(forkRules, kernel), pidMax });

describe("totals (D36, copied without mmap_sem)", () => {
  /** total_vm of a child, if the parent unmaps five of seven pages right before mmap_sem. */
  const childTotal = (kernel: KernelName): number => {
    const fe = on(kernel);
    const parent = spawn(fe, "[W W]");
    const mm = mmOf(parent);
    const gone = map(fe, parent, "[W W W W W]");
    const forking = stepper(fe, "P", () => sysFork(fe, parent));
    forking.until(mm.mmapSem.name);
    stepper(fe, "T", () => sysMunmap(fe.mm, mm, gone, 5 * PAGE_SIZE)).finish();
    return mmOf(taskOf(fe, forking.finish())).usage.totalVm;
  };

  test.each([
    ["el6", 7],
    ["v3.10", 7],
    ["v4.4", 2],
    ["v6.18", 2],
  ] as const)("on %s the child has %d pages", (kernel, pages) => {
    expect(childTotal(kernel)).toBe(pages);
  });

  test("data_vm comes along where it is kept", () => {
    const fe = on("v6.1");
    const child = forkOf(fe, spawn(fe, "[W W r]"));
    expect(mmOf(child).usage).toMatchObject({ totalVm: 3, dataVm: 3 });
  });
});

describe("an area that is wiped at fork", () => {
  const wiped = (kernel: KernelName): { fe: ForkEnv; child: TaskStruct } => {
    const fe = on(kernel);
    const parent = spawn(fe, "[W W -]");
    const [vma] = mmOf(parent).vmas;
    vma.flags = withVmFlag(withVmFlag(vma.flags, VmFlag.WIPEONFORK), VmFlag.LOCKONFAULT);
    return { fe, child: forkOf(fe, parent) };
  };

  test("is there, empty, promised, and wiped for grandchildren too", () => {
    const { fe, child } = wiped("v6.18");
    const before = fe.mm.commit.committed;
    expect([show(fe, child), rss(child)]).toEqual(["[- - -]", "(0,0,0)"]);
    const [vma] = mmOf(child).vmas;
    expect([vma.anonVma, vma.anonVmaChain]).toEqual([null, []]);
    expect(vma.flags).toBe(withVmFlag(vma.flags, VmFlag.WIPEONFORK));
    expect([show(fe, forkOf(fe, child)), fe.mm.commit.committed]).toEqual(["[- - -]", before + 3]);
  });

  test("locks nothing in the child", () => {
    const [vma] = mmOf(wiped("v6.1").child).vmas;
    expect(Math.floor(vma.flags / VmFlag.LOCKONFAULT) % 2).toBe(0);
  });
});

describe("signals", () => {
  const signalled = (kernel: KernelName): string => {
    const fe = on(kernel);
    const parent = spawn(fe, "[W W]");
    parent.hasPendingSignal = true;
    return `${errnoName(run(sysFork(fe, parent)))} ${show(fe, parent)}`;
  };

  test("that are pending are seen before anything is copied, not after", () => {
    expect(signalled("el6")).toBe("-ERESTARTNOINTR [r r]"); // D11, the copy thrown away
    expect(signalled("v4.14")).toBe("-ERESTARTNOINTR [r r]");
    expect(signalled("v5.4")).toBe("-ERESTARTNOINTR [W W]");
  });

  test("that come during the copy wait, unless they kill", () => {
    const fe = on("v6.18");
    const parent = spawn(fe, "[W]", "[W]");
    const forking = stepper(fe, "P", () => sysFork(fe, parent));
    forking.until(mmOf(parent).mmapSem.name);
    parent.hasPendingSignal = true;
    expect(forking.finish()).toBeGreaterThan(0);
  });

  test("that kill stop the copy before the next area", () => {
    const fe = on("v6.18");
    const parent = spawn(fe, "[W]", "[W]");
    const forking = stepper(fe, "P", () => sysFork(fe, parent));
    forking.until(mmOf(parent).mmapSem.name);
    forking.until("alloc"); // of the lower area: it was asked
    parent.isKilled = true;
    expect(forking.finish()).toBe(-Errno.ENOMEM); // D41, every errno of dup_mmap
    expect(show(fe, parent)).toBe("[r] [W]");
  });

  test("that kill end the wait for mmap_sem, from v4.14 on", () => {
    for (const [kernel, ends] of [
      ["el6", false],
      ["v4.14", true],
    ] as const) {
      const fe = on(kernel);
      const parent = spawn(fe, "[W]");
      run(downRead(fe.sync, mmOf(parent).mmapSem, "a reader"));
      const forking = stepper(fe, "P", () => sysFork(fe, parent));
      expect(forking.waitsFor()).toBe(mmOf(parent).mmapSem.name);
      parent.isKilled = true;
      if (ends) expect(forking.finish()).toBe(-Errno.ENOMEM);
      else expect(forking.waitsFor()).toBe(mmOf(parent).mmapSem.name);
    }
  });
});

test("no process number is free: -ENOMEM (D35), later -EAGAIN", () => {
  const refused = (kernel: KernelName): string => {
    const fe = on(kernel, 3);
    return errnoName(run(sysFork(fe, spawn(fe, "[W]"))));
  };
  expect(["el6", "v3.10", "v4.4"].map((name) => refused(name as KernelName))).toEqual([
    "-ENOMEM",
    "-ENOMEM",
    "-EAGAIN",
  ]);
});

test("RLIMIT_NPROC: counted first, two racers cannot both pass (D38)", () => {
  const fe = on("v6.18");
  const user = createUser(1000);
  const [one, two] = ["one", "two"].map((comm) => spawnAs(fe, { comm, user }, "[W]"));
  for (const task of [one, two]) task.signal.rlimits.nproc = 3;
  const first = stepper(fe, "A", () => sysFork(fe, one));
  const second = stepper(fe, "B", () => sysFork(fe, two));
  for (const forking of [first, second]) for (let i = 0; i < 2; i++) forking.until("alloc");
  expect(first.finish()).toBeGreaterThan(0);
  expect(second.finish()).toBe(-Errno.EAGAIN);
  expect(user.processes).toBe(3);
});

test("the driver of an area is told before the pages are copied, from v6.12 on (D37)", () => {
  const told = (kernel: KernelName): string => {
    const fe = on(kernel);
    const parent = spawn(fe, "[W W]");
    let seen = "";
    mmOf(parent).vmas[0].ops = {
      open: (vma) => {
        seen = vma.mm.nrPtes === 0 ? "before" : "after";
      },
    };
    forkOf(fe, parent);
    return seen;
  };
  expect([told("el6"), told("v6.1"), told("v6.12")]).toEqual(["after", "after", "before"]);
});
