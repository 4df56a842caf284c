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
import {
  allocVma,
  createVma,
  insertVma,
  type MmStruct,
  mmAlloc,
  mmdrop,
  type Vma,
  vmEnoughMemory,
} from "@forkpath/mm";
import { downWrite, type KernelThread, traced, upWrite } from "@forkpath/sync";
import { Capability, capable } from "../cred.ts";
import type { ForkEnv } from "../env.ts";
import { stepStatus } from "../scripted-step.ts";
import type { TaskStruct } from "../task.ts";
import type { ExecRequest } from "./program.ts";

/** @kernel struct linux_binprm in include/linux/binfmts.h */
export interface LinuxBinprm extends ArgCharge {
  readonly request: ExecRequest;
  readonly current: TaskStruct;
  /** Null once the task has it, or before it is made. */
  mm: MmStruct | null;
  /** The stack; null before it is made. */
  vma: Vma | null;
  /** Bytes: the lowest string so far. */
  p: number;
  /** Bytes: where the file's name is. */
  exec: number;
}

/** The name's end is followed by a null pointer. */
const POINTER_BYTES = 8;

/** @kernel the kzalloc of do_execve in fs/exec.c */
export const createBinprm = (current: TaskStruct, request: ExecRequest): LinuxBinprm => ({
  request,
  current,
  mm: null,
  vma: null,
  p: 0,
  exec: 0,
  vmaPages: 0,
});

/**
 * Makes the new address space and a stack of one page. On failure nothing is left of them.
 * @returns 0, -ENOMEM, or what was scripted
 * @kernel bprm_mm_init in fs/exec.c
 */
export function* bprmMmInit(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const mm = yield* traced(fe.sync, "mm_alloc", mmAlloc(fe.mm, bprm.current.mm));
  if (mm === null) return -Errno.ENOMEM;
  bprm.mm = mm;
  const status = stepStatus(fe, "init_new_context") || (yield* createStack(fe, bprm, mm));
  if (status !== 0) {
    bprm.mm = null;
    mmdrop(fe.mm, mm);
  }
  return status;
}

/** @kernel __bprm_mm_init in fs/exec.c */
function* createStack(fe: ForkEnv, bprm: LinuxBinprm, mm: MmStruct): KernelThread<number> {
  const { sync } = fe;
  if (!(yield* allocVma(fe.mm))) return -Errno.ENOMEM;
  yield* downWrite(sync, mm.mmapSem, "__bprm_mm_init");
  const start = STACK_TOP_MAX - PAGE_SIZE;
  const flags = VM_STACK_FLAGS + VM_STACK_INCOMPLETE_SETUP;
  const vma = createVma(mm, { start, end: STACK_TOP_MAX, flags, pgoff: start / PAGE_SIZE });
  const isAdmin = capable(bprm.current, Capability.SYS_ADMIN);
  const status = stepStatus(fe, "security_file_mmap") || vmEnoughMemory(fe.mm, mm, 1, isAdmin);
  if (status === 0) {
    insertVma(vma);
    mm.usage.totalVm = 1;
    mm.usage.stackVm = 1;
    bprm.vma = vma;
    bprm.p = vma.end - POINTER_BYTES;
  }
  yield* upWrite(sync, mm.mmapSem, "__bprm_mm_init");
  return status;
}
