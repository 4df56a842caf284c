/**
 * What puts a machine back, and what it is built from.
 * For the packages of forkpath and its tests: no part of what the versions of this package promise.
 */
export { resumeCalls } from "./call.ts";
export { modelBytes } from "./model-bytes.ts";
export { RULE_BOOKS } from "./profiles/profile.ts";
export type { Compile } from "./put-back.ts";
export { type Snapshot, takeSnapshot } from "./snapshot.ts";
