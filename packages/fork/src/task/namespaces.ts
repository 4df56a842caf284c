/**
 * Namespaces as numbers: which ones a task is in decides who may clone what (SPEC §6.3/5, 24).
 */
import { CloneFlag, Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread } from "@forkpath/sync";
import type { Cloning } from "../clone/cloning.ts";
import { Capability, capable } from "./cred.ts";
import type { ForkEnv } from "./env.ts";
import { stepStatus } from "./scripted-step.ts";
import type { TaskStruct } from "./task.ts";

/** Each field is the number of a namespace; 0 is the machine's. */
export interface Namespaces {
  readonly mnt: number;
  readonly uts: number;
  readonly ipc: number;
  readonly pid: number;
  readonly net: number;
}

export interface NsProxy extends Namespaces {
  count: number;
}

const NEW_ANY: number =
  CloneFlag.NEWNS | CloneFlag.NEWUTS | CloneFlag.NEWIPC | CloneFlag.NEWPID | CloneFlag.NEWNET;

/** @kernel init_nsproxy in kernel/nsproxy.c */
export const createNsProxy = (): NsProxy => ({ count: 1, mnt: 0, uts: 0, ipc: 0, pid: 0, net: 0 });

/**
 * @returns 0, -EPERM, -EINVAL, -ENOMEM, or what was scripted
 * @kernel copy_namespaces in kernel/nsproxy.c
 */
export function* copyNamespaces({ fe, current, child, flags }: Cloning): KernelThread<number> {
  const { nsproxy } = current;
  const status = stepStatus(fe, "copy_namespaces");
  if (status !== 0) return status;
  if ((flags & NEW_ANY) === 0) {
    nsproxy.count++;
    return 0;
  }
  if (!capable(current, Capability.SYS_ADMIN)) return -Errno.EPERM;
  const isIpcSplit = (flags & CloneFlag.NEWIPC) !== 0 && (flags & CloneFlag.SYSVSEM) !== 0;
  if (isIpcSplit) return -Errno.EINVAL;
  if (!(yield* allocSleeping(fe.sync, "nsproxy"))) return -Errno.ENOMEM;
  child.nsproxy = newNamespaces(fe, nsproxy, flags);
  return 0;
}

/** @kernel exit_task_namespaces in kernel/nsproxy.c */
export function exitNamespaces({ nsproxy }: TaskStruct): void {
  nsproxy.count--;
}

function newNamespaces(fe: ForkEnv, old: Namespaces, flags: number): NsProxy {
  const pick = (flag: number, number: number): number =>
    flags & flag ? fe.nextNamespace++ : number;
  return {
    count: 1,
    mnt: pick(CloneFlag.NEWNS, old.mnt),
    uts: pick(CloneFlag.NEWUTS, old.uts),
    ipc: pick(CloneFlag.NEWIPC, old.ipc),
    pid: pick(CloneFlag.NEWPID, old.pid),
    net: pick(CloneFlag.NEWNET, old.net),
  };
}
