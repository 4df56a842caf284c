/** How a step ended, in the words of a scenario: well, with an errno or a signal, or not yet. */
import { errnoName } from "@forkpath/abi";
import { BLOCKED } from "@forkpath/kernel";
import { ACCESS_ERROR, AccessCode, VmFault } from "@forkpath/mm";
import type { Refusal } from "@forkpath/sync";

/** A refusal, and the task that met it; null for the kernel itself. */
export type RefusalOfCall = Refusal & {
  /** The task; null for the kernel itself. */
  readonly pid: number | null;
};

/** How it ended. */
export type StepOutcome =
  | {
      /** Well. */
      readonly kind: "done";
    }
  /** Without a sign: ENOMEM, SIGSEGV. */
  | {
      /** With an errno or a signal. */
      readonly kind: "failed";
      /** Which. */
      readonly why: string;
      /** What was refused, where that is why. */
      readonly refusal?: RefusalOfCall;
    }
  | {
      /** Its caller is left waiting. */
      readonly kind: "waits";
    }
  /** There is no such call: of a process that does not exist, or that waits in another call. */
  | {
      /** It could not begin. */
      readonly kind: "cannot";
      /** Why there is no such call. */
      readonly why: string;
    };

export const DONE: StepOutcome = { kind: "done" };
export const WAITS: StepOutcome = { kind: "waits" };
export const cannot = (why: string): StepOutcome => ({ kind: "cannot", why });
export const failed = (why: string): StepOutcome => ({ kind: "failed", why });

/** Of a system call. */
export function outcomeOfStatus(status: number): StepOutcome {
  if (status === BLOCKED) return WAITS;
  return status < 0 ? failed(errnoName(status).slice(1)) : DONE;
}

/** Of an access to memory: the signal that the process would get. */
export function outcomeOfAccess(code: number): StepOutcome {
  if (code === BLOCKED) return WAITS;
  if ((code & ACCESS_ERROR) === 0) return DONE;
  if (code & AccessCode.SEGV) return failed("SIGSEGV");
  return failed(code & VmFault.OOM ? "ENOMEM" : "SIGBUS");
}

/** `success`, `waits`, or why it failed. */
export function outcomeText(outcome: StepOutcome): string {
  if (outcome.kind === "done") return "success";
  return outcome.kind === "waits" ? "waits" : outcome.why;
}
