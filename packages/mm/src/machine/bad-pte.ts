/** Reports of entries that cannot be right: logged, and otherwise ignored (SPEC §4.6/3). */
import { EventClass, emit } from "@forkpath/events";
import type { MmEnv } from "../types.ts";

/**
 * Says that the entry at `addr` is bad; the caller goes on with it all the same.
 * @kernel print_bad_pte in mm/memory.c
 */
export function reportBadPte(env: MmEnv, addr: number, low: number, high: number): void {
  env.badPtes++;
  if (env.sync.traced & EventClass.MM) {
    emit(env.sync, { kind: "bad_pte", addr, low: low >>> 0, high: high >>> 0 });
  }
}
