/** Why a step failed: what the kernel was asked for and refused, with the names of the scenario. */
import { PAGE_SIZE } from "@forkpath/abi";
import { explains, refusalText } from "@forkpath/sync";
import { outcomeText, type RefusalOfCall, type StepOutcome } from "./outcome.ts";
import type { World } from "./world.ts";

/** @param pid of the task that made the last call; null for the kernel itself */
export function explained(
  { kernel }: World,
  outcome: StepOutcome,
  pid: number | null,
): StepOutcome {
  if (outcome.kind !== "failed") return outcome;
  const refusal = kernel.refusal(pid ?? undefined);
  return refusal !== null && explains(refusal, outcome.why)
    ? { ...outcome, refusal: { ...refusal, pid } }
    : outcome;
}

/** `ENOMEM`, and why, of what a task has just called. */
export function failureText(world: World, outcome: StepOutcome, pid: number | null): string {
  const known = explained(world, outcome, pid);
  const isRefused = known.kind === "failed" && known.refusal !== undefined;
  return outcomeText(known) + (isRefused ? `: ${reasonText(world, known.refusal)}` : "");
}

/** `4096 pages for server heap cannot be promised, ...` */
export const reasonText = (world: World, refusal: RefusalOfCall): string =>
  refusalText(refusal, (addr) => placeName(world, refusal.pid, addr));

/** `server heap`, or from its second page on, `server heap 1`. */
function placeName({ processes }: World, pid: number | null, addr: number): string {
  for (const { name, pid: own, space } of processes.values()) {
    if (own !== pid) continue;
    for (const [mapping, { start, pages }] of space.mappings) {
      const page = Math.floor((addr - start) / PAGE_SIZE);
      if (page >= 0 && page < pages) return `${name} ${mapping}${page === 0 ? "" : ` ${page}`}`;
    }
  }
  return `0x${addr.toString(16)}`;
}
