/** Which namespaces a new task is in (SPEC §6.3/24). */
import { CloneFlag, Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread } from "@forkpath/sync";
import { Capability, isPermitted } from "../task/cred.ts";
import { stepStatus } from "../task/scripted-step.ts";
import type { Cloning, ForkEnv, Namespaces, NsProxy } from "../types.ts";

const NEW_ANY: number =
  CloneFlag.NEWNS | CloneFlag.NEWUTS | CloneFlag.NEWIPC | CloneFlag.NEWPID | CloneFlag.NEWNET;

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
  if (!isPermitted(fe.sync, current, Capability.SYS_ADMIN, "a namespace")) return -Errno.EPERM;
  const isIpcSplit = (flags & CloneFlag.NEWIPC) !== 0 && (flags & CloneFlag.SYSVSEM) !== 0;
  if (isIpcSplit) return -Errno.EINVAL;
  if (!(yield* allocSleeping(fe.sync, "nsproxy"))) return -Errno.ENOMEM;
  child.nsproxy = newNamespaces(fe, nsproxy, flags);
  return 0;
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
