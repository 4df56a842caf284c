/** Entry and return of kernel functions as events: what a function graph is drawn from. */
import { type EventArg, SyncEventClass } from "./events.ts";
import type { KernelThread } from "./point.ts";
import { emit, type Sync } from "./sync.ts";

/** Arguments of a traced call, by their names. */
export type CallArgs = Readonly<Record<string, EventArg>>;
const NO_ARGS: CallArgs = {};

/**
 * Wraps a kernel function so that its entry and return are events, if a sink wants them; else
 * hands it back as it is. Use: `yield* traced(sync, "dup_mm", dupMm(env, task))`.
 * @modelOnly the function tracer's mcount
 */
export const traced = <T>(
  sync: Sync,
  fn: string,
  body: KernelThread<T>,
  args: CallArgs = NO_ARGS,
): KernelThread<T> => (sync.traced & SyncEventClass.CALL ? tracedBody(sync, fn, body, args) : body);

/**
 * As `traced`, for what works on the addresses [addr, end). An object for them is made only where a
 * sink wants it.
 * @modelOnly the function tracer's mcount
 */
export const tracedRange = <T>(
  sync: Sync,
  fn: string,
  body: KernelThread<T>,
  addr: number,
  end: number,
): KernelThread<T> =>
  sync.traced & SyncEventClass.CALL ? tracedBody(sync, fn, body, { addr, end }) : body;

/**
 * As `traced`, for what works on one address.
 * @modelOnly the function tracer's mcount
 */
export const tracedAt = <T>(
  sync: Sync,
  fn: string,
  body: KernelThread<T>,
  address: number,
): KernelThread<T> =>
  sync.traced & SyncEventClass.CALL ? tracedBody(sync, fn, body, { address }) : body;

/**
 * Tells that a batch has called `fn` so often, if a sink wants to count calls.
 * @modelOnly the function profiler's hit counts
 */
export function countCalls(sync: Sync, fn: string, times: number): void {
  if (sync.traced & SyncEventClass.COUNT && times > 0) emit(sync, { kind: "calls", fn, times });
}

function* tracedBody<T>(
  sync: Sync,
  fn: string,
  body: KernelThread<T>,
  args: CallArgs,
): KernelThread<T> {
  emit(sync, { kind: "call", fn, args });
  const value = yield* body;
  const ret = typeof value === "number" || typeof value === "boolean" ? value : undefined;
  emit(sync, { kind: "return", fn, ret });
  return value;
}
