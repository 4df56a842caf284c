/**
 * How an address space ends: the last user tears it down, the last reference frees the struct
 * (SPEC §5.3).
 *
 *    mm_users   tasks, and whoever looks inside for a while      0: exit_mmap, then one mmdrop
 *    mm_count   all users together, and lazy holders             0: the page directory goes
 *
 * Whether anybody looks at the counters at the end, says rules/mm-alerts.ts: el6 does not (D26).
 */
import { EventClass, emit } from "@forkpath/events";
import { isOnMmlist, mmlistRemove } from "@forkpath/swap";
import { invariant, type KernelThread, stopAt, traced } from "@forkpath/sync";
import { setMmExeFile } from "../area/exe-file.ts";
import { leaveRingPoint } from "../machine/memory-point.ts";
import { stopAtUsers } from "../machine/memory-stop.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { exitMmap } from "./exit-mmap.ts";
import { khugepagedExit } from "./khugepaged-exit.ts";
import { mmFreePgd } from "./mm-init.ts";

/**
 * Drops one user; the last one takes the address space down.
 * @kernel mmput in kernel/fork.c
 * @deviates No aio, KSM or swap token to leave.
 */
export function* mmput(env: MmEnv, mm: MmStruct): KernelThread<void> {
  const { sync, swap } = env;
  yield* stopAtUsers(env, mm);
  mm.mmUsers--;
  invariant(mm.mmUsers >= 0, "mm-users", `${mm.name} has ${mm.mmUsers} users after mmput`);
  if (mm.mmUsers > 0) return;
  yield* khugepagedExit(env, mm);
  yield* traced(sync, "exit_mmap", exitMmap(env, mm), { mm: mm.name });
  setMmExeFile(env, mm, null);
  if (sync.interleaved) yield* stopAt(sync, leaveRingPoint(env));
  if (isOnMmlist(mm.mmlist)) mmlistRemove(sync, swap, mm.mmlist);
  mm.binfmt = null;
  mmdrop(env, mm);
}

/**
 * Drops one reference to the struct; the last one gives the page directory back.
 * @kernel mmdrop and __mmdrop in kernel/fork.c
 */
export function mmdrop(env: MmEnv, mm: MmStruct): void {
  mm.mmCount--;
  invariant(mm.mmCount >= 0, "mm-count", `${mm.name} has ${mm.mmCount} references after mmdrop`);
  if (mm.mmCount > 0) return;
  mmFreePgd(env, mm);
  if ((env.sync.traced & EventClass.MM) === 0) return;
  const alerts = env.rules.mmAlerts(mm, env.sync.current.name);
  for (const text of alerts) emit(env.sync, { kind: "alert", text });
}
