/**
 * An exec under way: the new address space, with nothing in it but the stack-to-be (SPEC §7.1).
 *
 * The stack is built at the top of user space and moved later. Until then two flags that exclude
 * each other mark it.
 */
import {
  Errno,
  PAGE_SIZE,
  STACK_TOP_MAX,
  VM_STACK_FLAGS,
  VM_STACK_INCOMPLETE_SETUP,
} from "@forkpath/abi";
import type { ArgCharge } from "@forkpath/counters";
import { type MmStruct, mmAlloc, type Vma } from "@forkpath/mm";
import {
  allocVma,
  createVma,
  insertVma,
  mmdrop,
  stopToPromise,
  vmEnoughMemory,
} from "@forkpath/mm/internal";
import { type KernelThread, traced, writing } from "@forkpath/sync";
import { Capability, capable } from "../task/cred.ts";
import { stepStatus } from "../task/scripted-step.ts";
import { type ForkEnv, Rlimit, type TaskStruct } from "../types.ts";
import { type ExecRequest, stringsOf } from "./program.ts";

/** @kernel struct linux_binprm in include/linux/binfmts.h */
export interface LinuxBinprm extends ArgCharge {
  readonly request: ExecRequest;
  readonly current: TaskStruct;
  readonly mm: MmStruct;
  /** True once `mm` is the task's own, and no longer to be given back. */
  isMmTaken: boolean;
  /** The stack. */
  readonly vma: Vma;
  /** Bytes: the lowest string so far. */
  p: number;
  /** Bytes: no string may begin below. */
  readonly argMin: number;
}

/** Below the top there is a null pointer. */
const POINTER_BYTES = 8;

/**
 * Makes the new address space, with a stack of one page.
 * @returns the exec under way; -ENOMEM or what was scripted, and then nothing is left
 * @kernel bprm_mm_init in fs/exec.c
 */
export function* bprmMmInit(
  fe: ForkEnv,
  current: TaskStruct,
  request: ExecRequest,
): KernelThread<LinuxBinprm | number> {
  const mm = yield* traced(fe.sync, "mm_alloc", mmAlloc(fe.mm, current.mm));
  if (mm === null) return -Errno.ENOMEM;
  const vma = stepStatus(fe, "init_new_context") || (yield* createStack(fe, current, mm));
  if (typeof vma === "number") {
    mmdrop(fe.mm, mm);
    return vma;
  }
  const p = vma.end - POINTER_BYTES;
  const argMin = p - stringBytesAllowed(fe, current, request);
  return { request, current, mm, isMmTaken: false, vma, p, argMin, vmaPages: 0 };
}

/** @kernel bprm_stack_limits in fs/exec.c */
function stringBytesAllowed(fe: ForkEnv, current: TaskStruct, request: ExecRequest): number {
  const { beforeString, emptyArgv } = fe.rules.execStrings;
  const { argv, envp } = stringsOf(request, emptyArgv);
  return beforeString(current.signal.rlimits[Rlimit.STACK], argv.length + envp.length);
}

/** @returns the stack, or a negative errno @kernel __bprm_mm_init in fs/exec.c */
function* createStack(fe: ForkEnv, current: TaskStruct, mm: MmStruct): KernelThread<Vma | number> {
  if (!(yield* allocVma(fe.mm))) return -Errno.ENOMEM;
  const insert = insertStack(fe, current, mm);
  return yield* writing(fe.sync, mm.mmapSem, "__bprm_mm_init", insert);
}

/** Requires mmap_sem held for writing. */
function* insertStack(fe: ForkEnv, current: TaskStruct, mm: MmStruct): KernelThread<Vma | number> {
  const start = STACK_TOP_MAX - PAGE_SIZE;
  const flags = VM_STACK_FLAGS + VM_STACK_INCOMPLETE_SETUP;
  const vma = createVma(mm, { start, end: STACK_TOP_MAX, flags, pgoff: start / PAGE_SIZE });
  const isAdmin = capable(current, Capability.SYS_ADMIN);
  yield* stopToPromise(fe.mm, mm, 1, isAdmin);
  const status = stepStatus(fe, "security_file_mmap") || vmEnoughMemory(fe.mm, mm, 1, isAdmin);
  if (status !== 0) return status;
  insertVma(vma);
  mm.usage.totalVm = 1;
  mm.usage.stackVm = 1;
  return vma;
}
