/**
 * References that a thread holds while it sleeps (SPEC I5, in-flight references): nobody but the
 * thread knows of them, so a recount is told here.
 *
 * A reference that is taken and dropped without a wait in between is none of these.
 */
import type { Pfn } from "@forkpath/abi";
import type { KernelThread } from "@forkpath/sync";
import type { MmEnv } from "../types.ts";

/**
 * Notes references that the calling thread has to `pfn`, and keeps.
 * @modelOnly a local variable of a kernel thread
 */
export function noteInFlight({ inFlight }: MmEnv, pfn: number, refs = 1): void {
  inFlight.set(pfn, (inFlight.get(pfn) ?? 0) + refs);
}

/**
 * The thread has dropped the references, or given them to an owner that a recount knows.
 * @modelOnly a local variable of a kernel thread
 */
export function forgetInFlight({ inFlight }: MmEnv, pfn: number, refs = 1): void {
  const left = (inFlight.get(pfn) ?? 0) - refs;
  if (left > 0) inFlight.set(pfn, left);
  else inFlight.delete(pfn);
}

/**
 * Runs `body`, which may sleep, while the calling thread has a reference to `pfn`.
 * @modelOnly a local variable of a kernel thread
 */
export function* holdingPage<T>(env: MmEnv, pfn: Pfn, body: KernelThread<T>): KernelThread<T> {
  noteInFlight(env, pfn);
  const result = yield* body;
  forgetInFlight(env, pfn);
  return result;
}
