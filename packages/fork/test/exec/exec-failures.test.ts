/**
 * exec that fails: before the point of no return nothing changes, behind it the task dies (SPEC
 * §7).
 */
import { CloneFlag, Errno, errnoName, PAGE_SIZE, pagesBetween, STACK_TOP_MAX } from "@forkpath/abi";
import { Overcommit } from "@forkpath/mm";
import { failNth, runUntilBlocked } from "@forkpath/sync";
import { run } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import {
  type ExecRequest,
  type ForkEnv,
  type StepName,
  sysClone,
  sysExecve,
  sysExit,
  sysVfork,
  type TaskStruct,
} from "../../src/index.ts";
import { doExecve } from "../../src/internal.ts";
import { holdings, recount } from "../recount.ts";
import { machine, machineWith, mmOf, rss, show, spawn, taskOf } from "../world.ts";
import { argumentOf, program } from "./programs.ts";

/** Below where the stack is built, and in the same page table. */
const NEAR_TOP = STACK_TOP_MAX - 5 * PAGE_SIZE;

/** An exec that is refused. @returns the errno's name */
function refusal(fe: ForkEnv, task: TaskStruct, request: ExecRequest): string {
  const before = { ...holdings(fe), picture: show(fe, task), rss: rss(task) };
  const status = run(doExecve(fe, task, request));
  const after = { ...holdings(fe), picture: show(fe, task), rss: rss(task) };
  expect(after).toEqual(before);
  expect([task.isKilled, task.fs.inExec]).toEqual([false, false]);
  expect(recount(fe)).toEqual([]);
  return errnoName(status);
}

test.each<[StepName, number, string]>([
  ["open_exec", Errno.ENOENT, "-ENOENT"],
  ["init_new_context", Errno.ENOMEM, "-ENOMEM"],
  ["security_file_mmap", Errno.EACCES, "-EACCES"],
  ["prepare_binprm", Errno.EACCES, "-EACCES"],
  ["search_binary_handler", Errno.ENOEXEC, "-ENOEXEC"],
])("%s fails: the old program goes on, the charge is withdrawn", (step, errno, answer) => {
  const [fe, task] = machineWith("[W W s]");
  const request = program(fe, { argv: [argumentOf(3)] });
  fe.failStep.set(step, -errno);
  expect(refusal(fe, task, request)).toBe(answer);
});

test("a file that is open for writing is not run", () => {
  const fe = machine();
  const request = program(fe);
  request.image.file.iWritecount = 1;
  expect(refusal(fe, spawn(fe, "[W]"), request)).toBe("-ETXTBSY");
});

test("no memory for a files table of its own: -ENOMEM, and the shared one stays", () => {
  const [fe, task] = machineWith("[W]");
  const sharer = taskOf(fe, run(sysClone(fe, task, CloneFlag.FILES)));
  const { files } = task;
  expect([files?.count, sharer.files]).toEqual([2, files]);
  failNth(fe.sync.gate, 0);
  expect(refusal(fe, task, program(fe))).toBe("-ENOMEM");
  expect([task.files === files, files?.count]).toEqual([true, 2]);
});

test("while another thread is in exec: -EAGAIN", () => {
  const [fe, task] = machineWith("[W]");
  const request = program(fe);
  task.fs.inExec = true;
  expect(errnoName(run(doExecve(fe, task, request)))).toBe("-EAGAIN");
  expect(recount(fe)).toEqual([]);
});

describe("SPEC §7.3: limits of the strings", () => {
  test.each([
    ["one string of 32 pages, NUL included, is allowed", 32 * PAGE_SIZE - 1, 8, "0"],
    ["one byte more is not", 32 * PAGE_SIZE, 8, "-E2BIG"],
  ])("%s", (_name, bytes, stackMib, answer) => {
    const [fe, task] = machineWith("[W]");
    task.signal.rlimits.stack = stackMib * 2 ** 20;
    const request = program(fe, { argv: ["x".repeat(bytes)] });
    const status = answer === "0" ? run(doExecve(fe, task, request)) : refusal(fe, task, request);
    expect(status === 0 ? "0" : status).toBe(answer);
  });

  test.each([
    // 128 KiB are always allowed: 32 pages, with the one of the name and the guard page.
    [30, 64, "0"],
    [31, 64, "-E2BIG"],
    // A quarter of the limit else: 64 of 256 pages.
    [62, 1024, "0"],
    [63, 1024, "-E2BIG"],
  ])("%i pages of strings with a stack limit of %i KiB: %s", (count, limitKib, answer) => {
    const [fe, task] = machineWith("[W]");
    task.signal.rlimits.stack = limitKib * 1024;
    const argv = Array.from({ length: count }, () => "x".repeat(PAGE_SIZE - 1));
    const request = program(fe, { argv });
    const status = answer === "0" ? run(doExecve(fe, task, request)) : refusal(fe, task, request);
    expect(status === 0 ? "0" : status).toBe(answer);
  });

  test("memory that may not be promised shows as -E2BIG", () => {
    const fe = machine({ commit: { mode: Overcommit.NEVER, overcommitKb: 4 } });
    const task = spawn(fe);
    const request = program(fe, {
      argv: Array.from({ length: 31 }, () => "x".repeat(3 * PAGE_SIZE)),
    });
    task.signal.rlimits.stack = Number.POSITIVE_INFINITY;
    expect(refusal(fe, task, request)).toBe("-E2BIG");
  });
});

describe("SPEC §7.5/1: de_thread refuses", () => {
  test("while the whole process is being killed", () => {
    const [fe, task] = machineWith("[W]");
    run(sysClone(fe, task, CloneFlag.VM | CloneFlag.SIGHAND | CloneFlag.THREAD));
    task.signal.isGroupExit = true;
    expect(refusal(fe, task, program(fe))).toBe("-EAGAIN");
  });

  test("without memory for handlers of its own", () => {
    const [fe, task] = machineWith("[W]");
    run(sysClone(fe, task, CloneFlag.VM | CloneFlag.SIGHAND));
    // bprm, cred, mm, pgd, vma; then for the page of the stack avc, anon_vma, page, pud, pmd, pte.
    failNth(fe.mm.sync.gate, 11);
    expect(refusal(fe, task, program(fe))).toBe("-ENOMEM");
    expect(run(doExecve(fe, task, program(fe)))).toBe(0);
    expect(task.sighand.count).toBe(1);
    expect(recount(fe)).toEqual([]);
  });
});

test.each([true, false])("every allocation of an exec fails once (split %s)", (splitPtlocks) => {
  const fe = machine({ splitPtlocks });
  const { gate } = fe.mm.sync;
  const seen = new Set<string>();
  for (let nth = 0; ; nth++) {
    const task = spawn(fe, "[W]");
    const thread = taskOf(fe, run(sysClone(fe, task, CloneFlag.FILES | CloneFlag.VM)));
    const before = { picture: show(fe, task), rss: rss(task) };
    failNth(gate, nth);
    const start = gate.count;
    const status = run(
      sysExecve(fe, task, program(fe, { argv: [argumentOf(2)], stackTop: NEAR_TOP })),
    );
    expect([nth, recount(fe)]).toEqual([nth, []]);
    expect({ picture: show(fe, thread), rss: rss(thread) }).toEqual(before);
    if (status === 0 && gate.count - start <= nth) break;
    const fate = task.state === "zombie" ? "killed" : "alive";
    if (status !== 0) seen.add(`${errnoName(status)}, ${fate}`);
  }
  // Strings that get no page are "too big"; a loader that fails is killed.
  expect([...seen].sort()).toEqual(["-E2BIG, alive", "-ENOMEM, alive", "-ENOMEM, killed"]);
});

describe("behind the point of no return", () => {
  test("a stack that does not fit below its top kills the task", () => {
    const [fe, task] = machineWith("[W]");
    const status = run(sysExecve(fe, task, program(fe, { stackTop: 16 * PAGE_SIZE })));
    expect(errnoName(status)).toBe("-ENOMEM");
    expect(task).toMatchObject({ state: "zombie", exitCode: 9, mm: null });
    expect(recount(fe)).toEqual([]);
  });

  test("a stack that cannot be moved stays as wide as the way, and takes more back than it owes", () => {
    const [fe, task] = machineWith("[W]");
    const { committed } = fe.mm.commit;
    const away = 2 ** 30;
    // bprm, cred, mm, pgd, vma; avc and anon_vma, page, pud, pmd, pte of the stack; then its new
    // tables: pmd and pte.
    failNth(fe.mm.sync.gate, 12);
    const request = program(fe, { stackTop: STACK_TOP_MAX - away });
    expect(errnoName(run(doExecve(fe, task, request)))).toBe("-ENOMEM");
    expect(task).toMatchObject({ isKilled: true, hasPendingSignal: true });
    const [stack] = mmOf(task).vmas;
    expect(pagesBetween(stack.start, stack.end)).toBe(2 + away / PAGE_SIZE);
    run(sysExit(fe, task, 0));
    expect(fe.mm.commit.committed).toBe(committed - 1 - away / PAGE_SIZE);
  });

  test("doExecve leaves the task killed, with the new image as far as it got", () => {
    const fe = machine({ commit: { mode: Overcommit.NEVER, overcommitKb: 4 * 10 } });
    fe.mm.swap.totalSwapPages = 0;
    const task = spawn(fe);
    const status = run(doExecve(fe, task, program(fe)));
    expect([errnoName(status), task.isKilled]).toEqual(["-EFAULT", true]); // no room for 20 pages
    expect(show(fe, task)).toBe("[- W]");
  });
});

test("D29: exec may still be refused after the vfork parent was woken", () => {
  const [fe, parent] = machineWith("[W]");
  const forking = sysVfork(fe, parent);
  runUntilBlocked(forking);
  const child = taskOf(fe, 3);
  mmOf(parent).coreState = true;
  expect(errnoName(run(doExecve(fe, child, program(fe))))).toBe("-EINTR");
  expect(runUntilBlocked(forking).done).toBe(true);
  expect([child.mm === parent.mm, rss(parent)]).toEqual([true, "(0,1,0)"]);
  mmOf(parent).coreState = false;
  expect(recount(fe)).toEqual([]);
});

test("misuse is told at the border", () => {
  const [fe, task] = machineWith("[W]");
  const { image } = program(fe);
  const exec = (request: ExecRequest) => () => run(sysExecve(fe, task, request));
  expect(exec({ image: { ...image, textPages: 0 } })).toThrow("doExecve: image.textPages");
  expect(exec({ image: { ...image, bssPages: 0.5 } })).toThrow(TypeError);
  expect(exec({ image, stackTop: 100 })).toThrow("doExecve: stackTop must be a multiple of 0x1000");
  expect(exec({ image, stackTop: STACK_TOP_MAX + PAGE_SIZE })).toThrow(RangeError);
  expect(show(fe, task)).toBe("[W]");
});
