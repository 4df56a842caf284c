/**
 * fork that fails: what it answers, and that nothing is left of it but the parent's write-protected
 * entries and the numbers that were used up (SPEC §5.7, §5.8, §6.3).
 */
import { CloneFlag, Errno, errnoName, FORK_FLAGS, MapFlag, PUD_SIZE, VmFlag } from "@forkpath/abi";
import { Overcommit } from "@forkpath/mm";
import { failNth, passGate } from "@forkpath/sync";
import { run } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import { type ForkEnv, type StepName, sysFork, type TaskStruct } from "../../src/index.ts";
import { doFork, OOM_SCORE_ADJ_MIN } from "../../src/internal.ts";
import { holdings, recount } from "../recount.ts";
import { access, machine, machineWith, map, mmOf, rss, show, spawn } from "../world.ts";

const THREAD: number = CloneFlag.THREAD | CloneFlag.SIGHAND | CloneFlag.VM;
const EVERYTHING_NEW: number = FORK_FLAGS | CloneFlag.NEWNS;

/** A parent with an area of each kind; the last ones are the lowest. */
function richParent(fe: ForkEnv): TaskStruct {
  const parent = spawn(fe, "[W r z -]", "[s W]", "[F f -]");
  map(fe, parent, "[F -]", { isShared: true });
  map(fe, parent, "[W -]", { flags: MapFlag.GROWSDOWN });
  map(fe, parent, "[W]", { isShared: true });
  parent.signal.oomScoreAdj = OOM_SCORE_ADJ_MIN;
  mmOf(parent).oomDisableCount = 1;
  return parent;
}

/** Runs a fork that fails. @returns the errno's name */
function failedFork(fe: ForkEnv, parent: TaskStruct, flags: number): string {
  const before = holdings(fe);
  const status = run(doFork(fe, parent, flags));
  expect(holdings(fe)).toEqual(before);
  expect(recount(fe)).toEqual([]);
  return errnoName(status);
}

/** Steps in the kernel's order, and whether the child had its pid by then. */
const SCRIPTED: readonly (readonly [StepName, number, string, boolean])[] = [
  ["security_task_create", Errno.EACCES, "-EACCES", false],
  ["try_module_get", Errno.EAGAIN, "-EAGAIN", false],
  ["mpol_dup", Errno.ENOMEM, "-ENOMEM", false],
  ["perf_event_init_task", Errno.EPERM, "-EPERM", false],
  ["audit_alloc", Errno.ENOMEM, "-ENOMEM", false],
  ["copy_semundo", Errno.ENOMEM, "-ENOMEM", false],
  ["copy_files", Errno.EMFILE, "-EMFILE", false],
  ["init_new_context", Errno.EIO, "-ENOMEM", false], // D41
  ["ksm_fork", Errno.EIO, "-ENOMEM", false], // D41
  ["khugepaged_fork", Errno.EIO, "-ENOMEM", false], // D41
  ["vma_dup_policy", Errno.EINVAL, "-ENOMEM", false], // SPEC §5.7/5
  ["copy_namespaces", Errno.EPERM, "-EPERM", false],
  ["copy_io", Errno.ENOMEM, "-ENOMEM", false],
  ["copy_thread", Errno.EPERM, "-EPERM", false],
  ["ns_cgroup_clone", Errno.EEXIST, "-EEXIST", true],
];

describe.each([true, false])("split PTE locks: %s", (splitPtlocks) => {
  test.each(SCRIPTED)("SPEC §6.3: %s fails", (step, errno, answer, usesPid) => {
    const fe = machine({ splitPtlocks });
    const parent = richParent(fe);
    const { last } = fe.pidMap;
    fe.failStep.set(step, -errno);
    expect(failedFork(fe, parent, EVERYTHING_NEW)).toBe(answer);
    expect(fe.pidMap.last).toBe(usesPid ? last + 1 : last);
    fe.failStep.clear();
    expect(run(sysFork(fe, parent))).toBe(fe.pidMap.last);
    expect(recount(fe)).toEqual([]);
  });

  test.each([
    ["fork", FORK_FLAGS],
    ["clone into new namespaces", EVERYTHING_NEW],
  ])("every allocation of a %s fails once: -ENOMEM, and all is as before", (_call, flags) => {
    const fe = machine({ splitPtlocks });
    const parent = richParent(fe);
    const { gate } = fe.mm.sync;
    let nth = 0;
    for (;;) {
      failNth(gate, nth);
      const start = gate.count;
      const before = holdings(fe);
      const status = run(doFork(fe, parent, flags));
      if (status > 0 && gate.count - start <= nth) break; // it needed fewer
      if (status < 0) {
        expect([nth, errnoName(status), holdings(fe)]).toEqual([nth, "-ENOMEM", before]);
      }
      expect([nth, recount(fe)]).toEqual([nth, []]);
      nth++;
    }
    expect(nth).toBeGreaterThan(20);
    expect(passGate(gate)).toBe(false); // the refusal that nobody met
  });
});

test("B22: the third area may not be charged (mode 2)", () => {
  // 16 pages, 64 of swap, less 1/32 of total_vm: 79. Of 45 + 5 + 20 + 20 the last are too many.
  const fe = machine({ commit: { mode: Overcommit.NEVER, overcommitKb: 4 * 16 } });
  const parent = spawn(fe);
  const pages = (count: number): string => `[${"W ".repeat(count).trim()}]`;
  for (const count of [20, 20, 5]) map(fe, parent, pages(count));
  expect(fe.mm.commit.committed).toBe(45);
  expect(failedFork(fe, parent, FORK_FLAGS)).toBe("-ENOMEM");
  // By address: the areas of 5 and 20 were copied, the third was not reached.
  const untouched = pages(20);
  expect(show(fe, parent)).toBe(
    `${pages(5).replaceAll("W", "r")} ${untouched.replaceAll("W", "r")} ${untouched}`,
  );
  expect(rss(parent)).toBe("(0,45,0)");
});

test("B23: open and close are called for the area whose pages could not be copied (D37)", () => {
  const [fe, parent] = machineWith();
  // Areas far apart, so that each needs tables of its own.
  for (const addr of [PUD_SIZE, 2 * PUD_SIZE, 3 * PUD_SIZE]) map(fe, parent, "[W]", { addr });
  const calls: string[] = [];
  for (const [index, vma] of mmOf(parent).vmas.entries()) {
    vma.ops = {
      open: ({ mm }) => void calls.push(`open ${index} of ${mm === parent.mm ? "P" : "C"}`),
      close: ({ mm }) => void calls.push(`close ${index} of ${mm === parent.mm ? "P" : "C"}`),
    };
  }
  const { committed } = fe.mm.commit;
  // task, cred, files, fs, sighand, signal, mm, pgd; then for each area: vma, avc, anon_vma, avc,
  // and its tables: pud, pmd, pte for the first, pmd and pte for the others.
  const upToSecondPte = 8 + (4 + 3) + (4 + 1);
  failNth(fe.mm.sync.gate, upToSecondPte);
  expect(run(sysFork(fe, parent))).toBe(-Errno.ENOMEM);
  expect(calls).toEqual(["open 0 of C", "open 1 of C", "close 0 of C", "close 1 of C"]);
  expect(fe.mm.commit.committed).toBe(committed);
});

test("B24: a signal that came meanwhile throws the finished copy away (D11)", () => {
  const [fe, parent] = machineWith("[W W]", "[W f]", "[s]");
  parent.hasPendingSignal = true;
  const { last } = fe.pidMap;
  expect(failedFork(fe, parent, FORK_FLAGS)).toBe("-ERESTARTNOINTR");
  expect(show(fe, parent)).toBe("[s] [r f] [r r]");
  expect(fe.pidMap.last).toBe(last + 1); // the number is used up
  parent.hasPendingSignal = false;
  expect(run(sysFork(fe, parent))).toBe(last + 2);
});

test("D41: what the tracking of a PFN mapping answers comes out as -ENOMEM", () => {
  const [fe, parent] = machineWith("[W]", "[-]");
  mmOf(parent).vmas[0].flags += VmFlag.PFNMAP;
  fe.mm.trackPfnVmaCopy = () => -Errno.EINVAL;
  expect(failedFork(fe, parent, FORK_FLAGS)).toBe("-ENOMEM");
});

test("SPEC §5.8: the parent takes an extra fault for each entry that a failed fork protected", () => {
  const [fe, parent] = machineWith();
  const addr = map(fe, parent, "[W]");
  fe.failStep.set("copy_io", -Errno.ENOMEM);
  failedFork(fe, parent, FORK_FLAGS);
  expect(show(fe, parent)).toBe("[r]");
  const frames = fe.mm.map.nextFrame;
  access(fe, parent, addr, true);
  expect(show(fe, parent)).toBe("[W]"); // reused: nobody else has the page
  expect(fe.mm.map.nextFrame).toBe(frames);
});

test("a thread that cannot be made leaves the group as it was", () => {
  const fe = machine();
  const parent = richParent(fe);
  const { gate } = fe.mm.sync;
  failNth(gate, 1); // task is granted, pid is not: a thread shares all the rest
  expect(failedFork(fe, parent, THREAD | CloneFlag.FILES | CloneFlag.FS)).toBe("-ENOMEM");
  expect(parent.signal.threadgroupForkLock.readers).toEqual([]);
  expect(mmOf(parent)).toMatchObject({ mmUsers: 1, oomDisableCount: 1 });
});

/** What a child holds that shares files and fs with its parent. */
const heldAround = (fe: ForkEnv, parent: TaskStruct) => ({
  pids: fe.pidMap.used.size,
  sharesOfFs: parent.fs.users,
  sharesOfFiles: parent.files?.count,
  processes: parent.cred.user.processes,
});

// SPEC §6.3, the unwind chain, seen from the teardown of the memory.
test("the pid goes before the memory; files, fs and the user's count go after it", () => {
  const [fe, parent] = machineWith("[W]");
  const before = heldAround(fe, parent);
  const during: unknown[] = [];
  mmOf(parent).vmas[0].ops = { close: () => void during.push(heldAround(fe, parent)) };
  parent.hasPendingSignal = true; // noticed when all is made
  const flags = FORK_FLAGS | CloneFlag.FS | CloneFlag.FILES;
  expect(run(doFork(fe, parent, flags))).toBe(-Errno.ERESTARTNOINTR);
  expect(before).toEqual({ pids: 2, sharesOfFs: 1, sharesOfFiles: 1, processes: 2 });
  expect(during).toEqual([{ pids: 2, sharesOfFs: 2, sharesOfFiles: 2, processes: 3 }]);
  expect(heldAround(fe, parent)).toEqual(before);
});
