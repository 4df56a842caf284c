/**
 * Namespaces as numbers: which ones a task is in decides who may clone what (SPEC §6.3/5, 24).
 */
import type { NsProxy, TaskStruct } from "../types.ts";

/** @kernel init_nsproxy in kernel/nsproxy.c */
export const createNsProxy = (): NsProxy => ({ count: 1, mnt: 0, uts: 0, ipc: 0, pid: 0, net: 0 });

/** @kernel exit_task_namespaces in kernel/nsproxy.c */
export function exitNamespaces({ nsproxy }: TaskStruct): void {
  nsproxy.count--;
}
