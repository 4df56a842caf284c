/** exec: the new image, and what the counters say on the way there (SPEC §7, B17, B18). */
import { CloneFlag, PAGE_SIZE, Signal, STACK_TOP_MAX, VmFlag } from "@forkpath/abi";
import { MMAP_BASE } from "@forkpath/mm";
import { runUntilBlocked } from "@forkpath/sync";
import { run, runSteps, stepper } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import {
  createKernelThread,
  type ForkEnv,
  getrusage,
  RusageWho,
  sysClone,
  sysExecve,
  sysExit,
  sysVfork,
  sysWait4,
  TaskFlag,
  type TaskStruct,
} from "../../src/index.ts";
import { OOM_SCORE_ADJ_MIN } from "../../src/internal.ts";
import { holdings, recount } from "../recount.ts";
import {
  access,
  forkOf,
  machine,
  machineWith,
  map,
  mmOf,
  rss,
  show,
  spawn,
  THREAD,
  taskOf,
} from "../world.ts";
import { argumentOf, program } from "./programs.ts";

const pages = (count: number): string => `[${"W ".repeat(count).trim()}]`;

test.each([true, false])("a program takes the place of the old one (split %s)", (split) => {
  const fe = machine({ splitPtlocks: split });
  const task = spawn(fe, "[W W]", "[s]", "[F f]");
  expect(run(sysExecve(fe, task, program(fe)))).toBe(0);
  // Text and data of the file, bss, and the stack: 20 pages of room, a guard, and the strings.
  const room = "- ".repeat(20);
  expect(show(fe, task)).toBe(`[- -] [-] [- - -] [${room}- W]`);
  expect(rss(task)).toBe("(0,1,0)");
  const { usage, layout, exeFile, numExeFileVmas, freeAreaCache } = mmOf(task);
  expect([layout.mmapBase, freeAreaCache]).toEqual([MMAP_BASE, MMAP_BASE]);
  expect(usage).toEqual({
    totalVm: 28,
    sharedVm: 3,
    execVm: 2,
    stackVm: 22,
    reservedVm: 0,
    dataVm: 0,
  });
  expect(layout).toMatchObject({ startCode: 0x400000, endCode: 0x402000, startData: 0x600000 });
  expect(layout).toMatchObject({ endData: 0x601000, startBrk: 0x604000, brk: 0x604000 });
  expect([exeFile?.path, numExeFileVmas, task.comm]).toEqual(["/bin/true", 2, "true"]);
  expect(recount(fe)).toEqual([]);
});

test("the program can read its text, write its data, and run down its stack", () => {
  const [fe, task] = machineWith("[W]");
  run(sysExecve(fe, task, program(fe)));
  access(fe, task, 0x400000, false);
  access(fe, task, 0x600000, true);
  access(fe, task, 0x603000, true);
  access(fe, task, STACK_TOP_MAX - 30 * PAGE_SIZE, true);
  expect(show(fe, task)).toMatch(/^\[f -\] \[W\] \[- - W\] \[- W - .* - W\]$/);
  expect(recount(fe)).toEqual([]);
});

test("B17: the old mm is charged for the arguments, and the peak keeps the charge (D8, D30)", () => {
  const [fe, task] = machineWith(pages(100));
  const old = mmOf(task);
  const execing = stepper(fe, "P", () =>
    sysExecve(fe, task, program(fe, { argv: [argumentOf(3)] })),
  );
  execing.until(old.mmapSem.name); // exec_mmap: the charge is withdrawn
  expect(rss(task)).toBe("(0,100,0)");
  expect(task.signal.maxrss).toBe(104n);
  expect(execing.finish()).toBe(0);
  expect(rss(task)).toBe("(0,3,0)");
  expect(runSteps(getrusage(fe, task, RusageWho.SELF)).maxrssKb).toBe(416n);
  expect(recount(fe)).toEqual([]);
});

test("SPEC §7.8: the charge grows page by page, by one more than the pages that are touched", () => {
  const [fe, task] = machineWith(pages(5));
  const cell = `${mmOf(task).name}._anon_rss`;
  const execing = stepper(fe, "P", () =>
    sysExecve(fe, task, program(fe, { argv: [argumentOf(3)] })),
  );
  const seen = Array.from({ length: 4 }, () => {
    execing.until(cell); // about to add
    return rss(task);
  });
  expect(seen).toEqual(["(0,5,0)", "(0,7,0)", "(0,8,0)", "(0,9,0)"]);
  expect(execing.finish()).toBe(0);
});

test("B18: a vfork child's maxrss is its parent's peak and its own arguments (D9)", () => {
  const [fe, parent] = machineWith(pages(50));
  const forking = sysVfork(fe, parent);
  runUntilBlocked(forking);
  const child = taskOf(fe, 3);
  expect(run(sysExecve(fe, child, program(fe)))).toBe(0);
  expect(runUntilBlocked(forking)).toMatchObject({ done: true, value: 3 });
  expect([rss(parent), mmOf(parent).mmUsers]).toEqual(["(0,50,0)", 1]);
  run(sysExit(fe, child, 0));
  expect(run(sysWait4(fe, parent)).rusage?.maxrssKb).toBe(BigInt((50 + 2) * 4));
  expect(recount(fe)).toEqual([]);
});

test("D10: maxrss survives exec, of an image that was only a copy", () => {
  const [fe, parent] = machineWith(pages(30));
  const child = forkOf(fe, parent);
  run(sysExecve(fe, child, program(fe)));
  expect(rss(child)).toBe("(0,1,0)");
  expect(run(getrusage(fe, child, RusageWho.SELF)).maxrssKb).toBe(BigInt((30 + 2) * 4));
});

test("strings lie in the order of name, environment and arguments, from the top down", () => {
  const [fe, task] = machineWith("[W]");
  run(sysExecve(fe, task, program(fe, { argv: ["ab", "c"], envp: ["é=1", "€", "𝄞"] })));
  const envEnd = STACK_TOP_MAX - 8 - "/bin/true_".length;
  // In UTF-8 they take 2, 3 and 4 bytes; each string has a NUL.
  const envStart = envEnd - 5 - 4 - 5;
  const argStart = envStart - 3 - 2;
  expect(mmOf(task).layout).toMatchObject({ envEnd, envStart, argEnd: envStart, argStart });
  expect(mmOf(task).layout.startStack).toBe(argStart);
});

test("SPEC §7.7: the finished stack moves down, its page with it", () => {
  const [fe, task] = machineWith("[W]");
  const stackTop = STACK_TOP_MAX - 5 * PAGE_SIZE;
  expect(run(sysExecve(fe, task, program(fe, { stackTop, argv: [argumentOf(2)] })))).toBe(0);
  const mm = mmOf(task);
  const stack = mm.vmas[mm.vmas.length - 1];
  expect([stack.start, stack.end]).toEqual([stackTop - 23 * PAGE_SIZE, stackTop]);
  expect(stack.pgoff).toBe(STACK_TOP_MAX / PAGE_SIZE - 23); // the reverse map's, of where it began
  expect(show(fe, task)).toMatch(/- W W\]$/);
  expect([rss(task), mm.nrPtes]).toEqual(["(0,2,0)", 1]);
  expect(recount(fe)).toEqual([]);
});

test("SPEC §7.7/6: moved across a table's border, the stack has one table before and after", () => {
  const [fe, task] = machineWith("[W]");
  const stackTop = STACK_TOP_MAX - 2 ** 30;
  expect(run(sysExecve(fe, task, program(fe, { stackTop })))).toBe(0);
  expect([rss(task), mmOf(task).nrPtes]).toEqual(["(0,1,0)", 1]);
  const before = fe.mm.map.nextFrame;
  run(sysExit(fe, task, 0)); // reverse maps lead to it where it is
  expect(fe.mm.map.nextFrame).toBe(before);
  expect(recount(fe)).toEqual([]);
});

test("the stack's flags: marked while it is built, executable on demand", () => {
  const fe = machine();
  const flagsOf = (task: TaskStruct): number => {
    const { vmas } = mmOf(task);
    return vmas[vmas.length - 1].flags;
  };
  const plain = spawn(fe, "[W]");
  run(sysExecve(fe, plain, program(fe)));
  expect(flagsOf(plain).toString(16)).toBe("100173");
  const { image } = program(fe);
  run(sysExecve(fe, plain, { image: { ...image, hasExecStack: true } }));
  expect(flagsOf(plain) & VmFlag.EXEC).toBe(VmFlag.EXEC);
});

test("a kernel thread that execs becomes a process", () => {
  const fe = machine();
  const task = createKernelThread(fe, "khelper") as TaskStruct;
  expect(run(sysExecve(fe, task, program(fe)))).toBe(0);
  expect(task.flags & TaskFlag.KTHREAD).toBe(0);
  expect([rss(task), task.comm]).toEqual(["(0,1,0)", "true"]);
  expect(recount(fe)).toEqual([]);
});

test("what exec resets: name, handlers and stack; ignored signals stay ignored", () => {
  const [fe, parent] = machineWith("[W]");
  const task = forkOf(fe, parent);
  Object.assign(task, { hasSigaltstack: true, robustList: 0x1000 });
  task.sighand.sigchld = "nocldwait";
  task.signal.oomScoreAdj = OOM_SCORE_ADJ_MIN;
  mmOf(task).oomDisableCount = 1;
  run(sysExecve(fe, task, program(fe)));
  expect(task).toMatchObject({ hasSigaltstack: false, robustList: 0, flags: 0 });
  expect([task.sighand.sigchld, mmOf(task).oomDisableCount]).toEqual(["default", 1]);
  task.sighand.sigchld = "ignore";
  run(sysExecve(fe, task, program(fe)));
  expect(task.sighand.sigchld).toBe("ignore");
  expect(recount(fe)).toEqual([]);
});

test("clear_child_tid is written to the old memory, if others still have it", () => {
  const [fe, parent] = machineWith();
  const addr = map(fe, parent, "[-]");
  const flags = CloneFlag.VM | CloneFlag.CHILD_CLEARTID | Signal.SIGCHLD;
  const child = taskOf(fe, run(sysClone(fe, parent, flags, { childTid: addr })));
  run(sysExecve(fe, child, program(fe)));
  expect([show(fe, parent), child.clearChildTid]).toEqual(["[W]", 0]);
  expect(recount(fe)).toEqual([]);
});

describe("SPEC §7.5/1: exec of a process with threads", () => {
  const withThreads = (fe: ForkEnv): TaskStruct[] => {
    const leader = spawn(fe, "[W W]");
    const threads = [0, 1].map(() => taskOf(fe, run(sysClone(fe, leader, THREAD))));
    return [leader, ...threads];
  };

  test("by the leader: the others are gone, handlers and files are its own", () => {
    const fe = machine();
    const [leader] = withThreads(fe);
    expect(run(sysExecve(fe, leader, program(fe)))).toBe(0);
    expect([...fe.tasks.keys()]).toEqual([1, leader.pid]);
    expect(leader.signal).toMatchObject({ count: 1, live: 1, threads: [leader] });
    run(sysClone(fe, leader, THREAD));
    expect(run(sysExecve(fe, leader, program(fe)))).toBe(0); // and once more
    expect([leader.files?.count, leader.fs.users, leader.sighand.count]).toEqual([1, 1, 1]);
    expect(recount(fe)).toEqual([]);
  });

  test("by another thread: it takes the leader's pid, and is its parent's child", () => {
    const fe = machine();
    const [leader, thread] = withThreads(fe);
    const child = taskOf(fe, run(sysClone(fe, thread, Signal.SIGCHLD)));
    expect(run(sysExecve(fe, thread, program(fe)))).toBe(0);
    expect(thread).toMatchObject({ pid: 2, tgid: 2, exitSignal: Signal.SIGCHLD });
    expect(taskOf(fe, 2)).toBe(thread);
    expect([leader.state, thread.groupLeader === thread]).toEqual(["dead", true]);
    expect(child.realParent).toBe(thread);
    run(sysExit(fe, thread, 6));
    expect(run(sysWait4(fe, fe.initTask, 2))).toMatchObject({ pid: 2, status: 6 << 8 });
    expect(recount(fe)).toEqual([]);
  });

  test("interleaved: it waits until the last of them is gone", () => {
    const fe = machine();
    fe.signalWakeUp = () => true; // the test runs the exits
    const [leader, thread, other] = withThreads(fe);
    const execing = stepper(fe, "E", () => sysExecve(fe, thread, program(fe)));
    expect(execing.waitsFor()).toBe("threads of 2");
    stepper(fe, "O", () => sysExit(fe, other, 0)).finish();
    stepper(fe, "L", () => sysExit(fe, leader, 0)).finish();
    expect(execing.finish()).toBe(0);
    expect([...fe.tasks.keys()]).toEqual([1, 2]);
    expect(recount(fe)).toEqual([]);
  });
});

test("with somebody who shares all but the group: the sharer keeps its own part of everything", () => {
  const [fe, task] = machineWith("[W]");
  task.signal.oomScoreAdj = OOM_SCORE_ADJ_MIN;
  mmOf(task).oomDisableCount = 1;
  const { VM, FILES, SIGHAND } = CloneFlag;
  const sharer = taskOf(fe, run(sysClone(fe, task, VM | FILES | SIGHAND)));
  expect([sharer.files?.count, sharer.sighand.count, mmOf(task).oomDisableCount]).toEqual([
    2, 2, 2,
  ]);
  run(sysExecve(fe, task, program(fe)));
  expect([task, sharer].map(({ files }) => files?.count)).toEqual([1, 1]);
  expect([task, sharer].map(({ sighand }) => sighand.count)).toEqual([1, 1]);
  expect([task, sharer].map((one) => mmOf(one).oomDisableCount)).toEqual([1, 1]);
  expect(show(fe, sharer)).toBe("[W]");
  expect(recount(fe)).toEqual([]);
});

test("the mark on fs keeps others out while exec runs, unless outsiders share it already", () => {
  const marksWhileExecing = (flags: number): boolean => {
    const [fe, task] = machineWith("[W]");
    run(sysClone(fe, task, flags));
    const execing = stepper(fe, "E", () => sysExecve(fe, task, program(fe)));
    execing.until(`${mmOf(task).name}._anon_rss`);
    return task.fs.inExec;
  };
  expect(marksWhileExecing(Signal.SIGCHLD)).toBe(true);
  expect(marksWhileExecing(THREAD)).toBe(true); // the thread will be gone
  expect(marksWhileExecing(CloneFlag.FS | Signal.SIGCHLD)).toBe(false);
});

test("exec after exec leaks nothing", () => {
  const [fe, task] = machineWith("[W]");
  run(sysExecve(fe, task, program(fe)));
  const { swapMap: _swap, mmUsers, ...before } = holdings(fe);
  for (let i = 0; i < 3; i++) run(sysExecve(fe, task, program(fe)));
  expect(holdings(fe)).toMatchObject({ ...before, mmUsers });
});

// SPEC §5.3, §7.6/4: a kernel thread runs on the page directory of another task, and execs.
test("exec by a kernel thread: the borrowed mm loses its borrower", () => {
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
