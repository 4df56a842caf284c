/** Whether there is room for what a command would build, asked before it is built. */
import { availableMemory } from "node:process";
import { UsageError } from "./usage-error.ts";

const MIB = 2 ** 20;
/** Half of what is free: others want some, and an estimate is one. */
const SHARE = 0.5;

/**
 * @param what asks for it, as the user wrote it
 * @throws UsageError where `bytes` are more than this process can have
 */
export function expectMemory(bytes: number, what: string): void {
  const most = availableMemory() * SHARE;
  if (bytes <= most) return;
  throw new UsageError(
    `${what} needs about ${Math.ceil(bytes / MIB)} MiB of memory: at most ${Math.floor(most / MIB)} MiB are free for it`,
  );
}
