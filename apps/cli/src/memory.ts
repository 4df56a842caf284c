/** Whether there is room for what a command would build, asked before it is built. */
import { availableMemory } from "node:process";
import { getHeapStatistics } from "node:v8";
import { UsageError } from "./usage-error.ts";

const MIB = 2 ** 20;
/** Of what is free: others want some, and an estimate is one. */
const SHARE = 0.7;

/**
 * @param what asks for it, as the user wrote it
 * @throws UsageError where `bytes` are more than this process can have
 */
export function expectMemory(bytes: number, what: string): void {
  expectRoom(bytes, availableMemory() * SHARE, what, "");
}

/** The same for objects, for which Node has a limit of its own. */
export function expectHeap(bytes: number, what: string): void {
  expectMemory(bytes, what);
  const remedy = "; NODE_OPTIONS=--max-old-space-size=MIB changes that";
  expectRoom(bytes, getHeapStatistics().heap_size_limit, what, remedy);
}

function expectRoom(bytes: number, most: number, what: string, remedy: string): void {
  if (bytes <= most) return;
  const [needed, free] = [Math.ceil(bytes / MIB), Math.floor(most / MIB)];
  throw new UsageError(
    `${what} needs up to ${needed} MiB of memory, and may have ${free}${remedy}`,
  );
}
