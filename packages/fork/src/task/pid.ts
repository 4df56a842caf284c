/**
 * Process ids: each new task gets the next free number above the last one given out, and the
 * search wraps around to 300 (SPEC §6.3/27).
 */
import { Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread, refuse } from "@forkpath/sync";
import type { ForkEnv, PidMap } from "../types.ts";

/** @kernel RESERVED_PIDS in kernel/pid.c */
const RESERVED_PIDS = 300;
/** In place of a number when none is free. */
export const NO_PID = 0;

/** @kernel pidmap_init in kernel/pid.c */
export const createPidMap = (max: number): PidMap => ({ used: new Set(), last: 0, max });

/**
 * Takes a free number.
 * @returns -ENOMEM when memory is short; what the rule says when all numbers are in use (D35)
 * @kernel alloc_pid in kernel/pid.c
 * @deviates A task has one number, whatever the pid namespaces.
 */
export function* allocPid({ sync, pidMap, rules }: ForkEnv): KernelThread<number> {
  if (!(yield* allocSleeping(sync, "pid"))) return -Errno.ENOMEM;
  const pid = allocPidmap(pidMap);
  if (pid !== NO_PID) return pid;
  const { max: most, used } = pidMap;
  refuse(sync, { kind: "limit", limit: "pid_max", used: used.size, asked: 1, most });
  return rules.pidErrno;
}

/** @kernel free_pid in kernel/pid.c */
export function freePid({ pidMap }: ForkEnv, pid: number): void {
  pidMap.used.delete(pid);
}

/**
 * Takes the next free number, without asking for memory.
 * @kernel alloc_pidmap in kernel/pid.c
 */
export function allocPidmap(map: PidMap): number {
  const pid = findFree(map, map.last + 1, map.max) || findFree(map, RESERVED_PIDS, map.last + 1);
  if (pid === NO_PID) return NO_PID;
  map.used.add(pid);
  map.last = pid;
  return pid;
}

/** The first free number of [from, end), or NO_PID. */
function findFree({ used }: PidMap, from: number, end: number): number {
  for (let pid = from; pid < end; pid++) if (!used.has(pid)) return pid;
  return NO_PID;
}
