/** The stack gets its final place, flags and size (SPEC §7.7). */
import {
  Errno,
  MMAP_MIN_ADDR,
  PAGE_SIZE,
  STACK_TOP_MAX,
  VM_STACK_FLAGS,
  VM_STACK_INCOMPLETE_SETUP,
  VmFlag,
  withVmFlag,
} from "@forkpath/abi";
import type { Vma } from "@forkpath/mm";
import { expandStack, mprotectFixup, shiftArgPages } from "@forkpath/mm/internal";
import { type KernelThread, writing } from "@forkpath/sync";
import { mmLimitsOf } from "../task/rlimit.ts";
import type { ForkEnv } from "../types.ts";
import type { LinuxBinprm } from "./binprm.ts";

/**
 * @returns 0, -ENOMEM or -EFAULT: too late to go back, the task has to be killed
 * @kernel setup_arg_pages in fs/exec.c
 */
export function* setupArgPages(fe: ForkEnv, bprm: LinuxBinprm): KernelThread<number> {
  const { mm, vma } = bprm;
  const { stackTop = STACK_TOP_MAX } = bprm.request;
  const isTooLow = stackTop < MMAP_MIN_ADDR || vma.end - vma.start >= stackTop - MMAP_MIN_ADDR;
  if (isTooLow) return -Errno.ENOMEM;
  const shift = vma.end - stackTop;
  bprm.p -= shift;
  mm.layout.argStart = bprm.p;
  return yield* writing(fe.sync, mm.mmapSem, "setup_arg_pages", finishStack(fe, bprm, shift));
}

function* finishStack(fe: ForkEnv, bprm: LinuxBinprm, shift: number): KernelThread<number> {
  const { vma } = bprm;
  const limits = mmLimitsOf(bprm.current);
  const { image } = bprm.request;
  const final = image.hasExecStack ? withVmFlag(VM_STACK_FLAGS, VmFlag.EXEC) : VM_STACK_FLAGS;
  const flags = final + VM_STACK_INCOMPLETE_SETUP;
  const fixed = yield* mprotectFixup(fe.mm, vma, vma.start, vma.end, flags, limits);
  if (fixed !== 0) return fixed;
  const moved = shift === 0 ? 0 : yield* shiftArgPages(fe.mm, vma, shift);
  if (moved !== 0) return moved;
  vma.flags -= VM_STACK_INCOMPLETE_SETUP;
  const room = fe.rules.execStack.roomPages * PAGE_SIZE;
  const base = lowestByte(vma, room, limits.stack);
  return (yield* expandStack(fe.mm, vma, base, limits)) === 0 ? 0 : -Errno.EFAULT;
}

/** Room to grow at once, as far as the limit lets it. */
function lowestByte({ start, end }: Vma, room: number, stackLimit: number): number {
  if (end - start + room <= stackLimit) return start - room;
  return end - Math.floor(stackLimit / PAGE_SIZE) * PAGE_SIZE;
}
