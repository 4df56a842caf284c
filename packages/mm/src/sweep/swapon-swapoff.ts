/**
 * swapon(2) and swapoff(2), as far as memory is concerned (SPEC §3.9).
 */
import { Errno, expectInteger } from "@forkpath/abi";
import {
  abortSwapoff,
  addSwapArea,
  beginSwapoff,
  finishSwapoff,
  type SwapAreaOptions,
} from "@forkpath/swap";
import { type KernelThread, refuse, stopAt } from "@forkpath/sync";
import { vmUnacctMemory } from "../machine/commit.ts";
import { stopToLimit, vmEnoughSteps } from "../machine/commit-point.ts";
import { drainPoint } from "../machine/memory-point.ts";
import { stopAtSlots } from "../machine/memory-stop.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { type SignalPending, tryToUnuse } from "./try-to-unuse.ts";

/** Slots in a row that swapoff tries in vain before its default caller is interrupted. */
export const SWAPOFF_PATIENCE = 1000;

/** The caller of swapoff(2). */
export interface SwapoffOptions {
  /** Unless told, a signal comes after SWAPOFF_PATIENCE slots in a row that cannot be emptied. */
  readonly signalPending?: SignalPending;
  /** CAP_SYS_ADMIN; by default true. */
  readonly isAdmin?: boolean;
}

/**
 * Adds an area.
 * @param isAdmin CAP_SYS_ADMIN
 * @returns its type, or -EPERM
 * @throws RangeError or TypeError for sizes and slots out of range, or when 29 areas exist
 * @kernel sys_swapon in mm/swapfile.c
 * @deviates Reads no header; the caller says how large the area is.
 * @example
 * ```ts
 * import { createMmEnv, sysSwapon } from "@forkpath/mm";
 * const env = createMmEnv({ memoryPages: 1024 });
 * console.log(sysSwapon(env, { max: 65 }), env.swap.totalSwapPages); // 0 64
 * ```
 */
export const sysSwapon = (env: MmEnv, options: SwapAreaOptions, isAdmin = true): number =>
  isAdmin ? addSwapArea(env.swap, options) : -Errno.EPERM;

/**
 * Takes an area out of use, once every page on it was brought back.
 *
 * Where Linux would loop until somebody interrupts it (D7), this ends by itself: the default
 * `signalPending` sees to that.
 * @param mm the caller's, for the commit check
 * @returns 0, -EPERM, -EINVAL, -ENOMEM or -EINTR; after an error the area is in use as before
 * @throws TypeError unless `type` is an integer
 * @kernel sys_swapoff in mm/swapfile.c
 */
export function* sysSwapoff(
  env: MmEnv,
  mm: MmStruct,
  type: number,
  options: SwapoffOptions = {},
): KernelThread<number> {
  expectInteger("sysSwapoff", "type", type, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const { isAdmin = true, signalPending = isOutOfPatience } = options;
  if (!isAdmin) {
    refuse(env.sync, { kind: "capability", capability: "CAP_SYS_ADMIN", forWhat: "swapoff" });
    return -Errno.EPERM;
  }
  yield* stopAtSlots(env);
  const area = env.swap.active.find((one) => one.type === type);
  if (area === undefined) return -Errno.EINVAL;
  if ((yield* vmEnoughSteps(env, mm, area.pages, isAdmin)) !== 0) return -Errno.ENOMEM;
  vmUnacctMemory(env, area.pages);
  yield* stopToLimit(env);
  if (!env.swap.active.includes(area)) return -Errno.EINVAL; // another thread was faster
  beginSwapoff(env.sync, env.swap, type);
  const status = yield* tryToUnuse(env, type, signalPending);
  if (env.sync.interleaved) yield* stopAt(env.sync, drainPoint(env));
  if (status === 0) {
    finishSwapoff(env.sync, env.swap, type);
  } else {
    yield* stopToLimit(env);
    abortSwapoff(env.sync, env.swap, type);
  }
  return status;
}

const isOutOfPatience = (fruitlessTurns: number): boolean => fruitlessTurns >= SWAPOFF_PATIENCE;
