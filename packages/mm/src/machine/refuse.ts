/** Why a call that is about memory fails: noted here, since the errno alone does not say it. */
import { Errno, PAGE_SIZE } from "@forkpath/abi";
import { nrFreePages } from "@forkpath/rmap";
import { refuse } from "@forkpath/sync";
import type { MmEnv } from "../types.ts";

/**
 * Memory is used up.
 * @param what was asked for
 * @modelOnly the kernel keeps it to itself
 */
export function refuseFrames({ sync, map }: Pick<MmEnv, "sync" | "map">, what: string): void {
  refuse(sync, { kind: "frames", what, free: nrFreePages(map) });
}

/**
 * No area has a page that the call is about.
 * @param addr bytes
 * @returns -ENOMEM
 * @modelOnly the kernel keeps it to itself
 */
export function refuseHole({ sync }: MmEnv, addr: number): number {
  refuse(sync, { kind: "hole", addr });
  return -Errno.ENOMEM;
}

/**
 * There are no addresses for so many bytes.
 * @returns -ENOMEM
 * @modelOnly the kernel keeps it to itself
 */
export function refuseAddresses({ sync }: MmEnv, len: number): number {
  refuse(sync, { kind: "addresses", pages: len / PAGE_SIZE });
  return -Errno.ENOMEM;
}
