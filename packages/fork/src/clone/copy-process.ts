/**
 * copy_process: everything of the child that is made before anybody can see it (SPEC §6.3).
 *
 * `COPY_STEPS` is the list. A step that fails has undone its own part; then those before it are
 * undone, last first, which is the kernel's chain of labels from bad_fork_cleanup_io down to
 * bad_fork_free.
 */
import { CloneFlag, Errno } from "@forkpath/abi";
import {
  downRead,
  type KernelThread,
  refuse,
  SyncEventClass,
  traced,
  upRead,
} from "@forkpath/sync";
import { askSignals } from "../task/ask-signals.ts";
import { Capability, capable, exitCreds } from "../task/cred.ts";
import { exitNamespaces } from "../task/namespaces.ts";
import { allocPid, freePid } from "../task/pid.ts";
import { refuseTask } from "../task/refuse.ts";
import { stepStatus } from "../task/scripted-step.ts";
import { cleanupSighand, exitFiles, exitFs } from "../task/shared-structs.ts";
import { createTaskLock, createTaskThread, TaskFlag } from "../task/task.ts";
import type {
  CloneOptions,
  Cloning,
  CopyStep,
  ForkEnv,
  ForkRules,
  StepName,
  TaskStruct,
} from "../types.ts";
import { attachTask } from "./attach-task.ts";
import { checkCloneFlags } from "./clone-flags.ts";
import { copyCreds } from "./copy-creds.ts";
import { cleanupMm, copyMm } from "./copy-mm.ts";
import { copyNamespaces } from "./copy-namespaces.ts";
import { copyFiles, copyFs, copySighand } from "./copy-shared.ts";
import { copySignal } from "./copy-signal.ts";
import { dupTaskStruct, resetChild, setChildPointers } from "./dup-task.ts";

const WHERE = "copy_process";

/** A step that does nothing in the model, but can be told to fail. */
const scripted = (fn: StepName): CopyStep => ({ fn, run: ({ fe }) => stepStatus(fe, fn) });

/** In the kernel's order; the numbers are those of SPEC §6.3. */
const COPY_STEPS: readonly CopyStep[] = [
  { run: (cloning) => checkNproc(cloning, "then count") }, // 8
  { fn: "copy_creds", run: copyCreds, undo: ({ child }) => exitCreds(child) },
  { run: (cloning) => checkNproc(cloning, "count first") },
  { run: checkMaxThreads }, // 10
  scripted("try_module_get"),
  { run: resetChild }, // 12
  {
    run: (cloning) => (cloning.flags & CloneFlag.THREAD ? threadgroupForkLock(cloning) : 0), // 13
    undo: (cloning) =>
      cloning.flags & CloneFlag.THREAD ? threadgroupForkUnlock(cloning) : undefined,
  },
  scripted("mpol_dup"),
  scripted("perf_event_init_task"), // 16
  scripted("audit_alloc"),
  scripted("copy_semundo"),
  { fn: "copy_files", run: copyFiles, undo: ({ child }) => exitFiles(child) },
  { fn: "copy_fs", run: copyFs, undo: ({ child }) => exitFs(child) },
  { fn: "copy_sighand", run: copySighand, undo: ({ child }) => cleanupSighand(child) },
  { fn: "copy_signal", run: copySignal },
  { fn: "copy_mm", run: copyMm, undo: cleanupMm }, // 23
  { fn: "copy_namespaces", run: copyNamespaces, undo: ({ child }) => exitNamespaces(child) },
  scripted("copy_io"),
  scripted("copy_thread"), // 26
  { fn: "alloc_pid", run: givePid, undo: ({ fe, child }) => freePid(fe, child.pid) },
  { fn: "ns_cgroup_clone", run: cloneNsCgroup }, // 28
  { run: setChildPointers },
  { run: attachTask }, // 31 to 35
];

/**
 * Makes a task that everybody can find, and that does not run yet.
 * @returns the child, or a negative errno with everything as before, the parent's write-protected
 * entries apart
 * @kernel copy_process in kernel/fork.c
 */
export function* copyProcess(
  fe: ForkEnv,
  current: TaskStruct,
  flags: number,
  options: CloneOptions,
): KernelThread<TaskStruct | number> {
  const { sync } = fe;
  const refused =
    checkCloneFlags(current, flags) ||
    (yield* askSignals(fe, current, "first")) ||
    stepStatus(fe, "security_task_create");
  if (refused !== 0) return refused;
  const child = yield* traced(sync, "dup_task_struct", dupTaskStruct(fe, current));
  if (child === null) return -Errno.ENOMEM;
  const cloning: Cloning = { fe, current, child, flags, options };
  for (let index = 0; index < COPY_STEPS.length; index++) {
    const result = runStep(cloning, COPY_STEPS[index]);
    const status = typeof result === "number" ? result : yield* result;
    if (status === 0) continue;
    yield* undoSteps(cloning, index);
    return status;
  }
  if (flags & CloneFlag.THREAD) yield* threadgroupForkUnlock(cloning);
  return child;
}

/** No generator for a step that is none, unless its entry and return are wanted. */
function runStep(cloning: Cloning, step: CopyStep): ReturnType<CopyStep["run"]> {
  const { sync } = cloning.fe;
  if (step.fn === undefined || (sync.traced & SyncEventClass.CALL) === 0) return step.run(cloning);
  return traced(sync, step.fn, stepBody(cloning, step));
}

function* stepBody(cloning: Cloning, { run }: CopyStep): KernelThread<number> {
  const result = run(cloning);
  return typeof result === "number" ? result : yield* result;
}

/** Undoes the steps below `failed`, last first. */
function* undoSteps(cloning: Cloning, failed: number): KernelThread<void> {
  for (let index = failed - 1; index >= 0; index--) {
    const undoing = COPY_STEPS[index].undo?.(cloning);
    if (undoing !== undefined) yield* undoing;
  }
}

/**
 * Reads the count unlocked. Before the child is counted, racers may all pass (D38).
 * @param when this is: only one of the two times counts
 */
function checkNproc({ fe, current, child }: Cloning, when: ForkRules["nproc"]): number {
  if (fe.rules.nproc !== when) return 0;
  const { user } = child.cred;
  const others = when === "count first" ? user.processes - 1 : user.processes;
  const isExempt =
    user === fe.rootUser ||
    capable(current, Capability.SYS_ADMIN) ||
    capable(current, Capability.SYS_RESOURCE);
  const most = current.signal.rlimits.nproc;
  if (others >= most && !isExempt) return refuseTask(fe.sync, others, most);
  current.flags &= ~TaskFlag.NPROC_EXCEEDED;
  child.flags &= ~TaskFlag.NPROC_EXCEEDED;
  return 0;
}

/** Reads the count unlocked, long before it is raised (D38). */
function checkMaxThreads({ fe }: Cloning): number {
  const { sync, nrThreads: used, maxThreads: most } = fe;
  if (used < most) return 0;
  refuse(sync, { kind: "limit", limit: "max_threads", used, asked: 1, most });
  return -Errno.EAGAIN;
}

/** While a thread is being made, nobody may take the group for complete. */
function* threadgroupForkLock({ fe, current }: Cloning): KernelThread<number> {
  yield* downRead(fe.sync, current.signal.threadgroupForkLock, WHERE);
  return 0;
}

const threadgroupForkUnlock = ({ fe, current }: Cloning): KernelThread<void> =>
  upRead(fe.sync, current.signal.threadgroupForkLock, WHERE);

function* givePid({ fe, child }: Cloning): KernelThread<number> {
  const pid = yield* allocPid(fe);
  if (pid < 0) return pid;
  child.pid = pid;
  child.taskLock = createTaskLock(pid);
  child.thread = createTaskThread(pid, child.comm, child.thread.cpu);
  return 0;
}

function cloneNsCgroup({ fe, current, child }: Cloning): number {
  return child.nsproxy === current.nsproxy ? 0 : stepStatus(fe, "ns_cgroup_clone");
}
