/**
 * One step of a history: what happens, to whom, and what must come of it.
 *
 *    - fork: master        the verb, and whom it is about
 *      as: worker          what else the verb takes
 *      times: 20
 *      fails: ENOMEM       what every step can have: see `StepCommon`
 *
 * Each verb has its arguments here; their schemas are in `step-process.ts`, `step-memory.ts`,
 * `step-kernel.ts` and `race.ts`.
 */
import type { StepName } from "@forkpath/fork";
import type { Expectation } from "./expectation.ts";
import type { Limits } from "./limits.ts";
import type { MmapArgs } from "./mapping.ts";
import type { Place } from "./place.ts";
import type { Position } from "./position.ts";
import type { RaceArgs } from "./race.ts";

export interface ForkArgs {
  readonly process: string;
  /** The child's name; with `times`, a number is put behind it. */
  readonly as: string;
}

/** A child's name: `worker`, or with `times` worker1, worker2 and so on; round 0 is the only one. */
export const nameOfRound = (as: string, round: number): string =>
  round === 0 ? as : `${as}${round}`;

export interface CloneArgs extends ForkArgs {
  /** CloneFlag bits. */
  readonly flags: number;
}

export interface ExecArgs {
  readonly process: string;
  readonly program: string;
  readonly textPages: number;
  readonly dataPages: number;
  readonly bssPages: number;
  /** Pages that the argument strings fill, or nearly. */
  readonly argPages: number;
}

export interface AtPlace {
  readonly place: Place;
}

interface OfProcess {
  readonly process: string;
}

/** What each verb takes. */
export interface StepArgs {
  fork: ForkArgs;
  vfork: ForkArgs;
  clone: CloneArgs;
  exec: ExecArgs;
  exit: OfProcess & { readonly status: number };
  exitThread: OfProcess & { readonly status: number };
  kill: OfProcess & { readonly signal: number };
  wait: OfProcess & { readonly child: string | null };
  signal: OfProcess & { readonly isPending: boolean };
  limit: OfProcess & { readonly limits: Limits };
  read: AtPlace;
  write: AtPlace;
  /** A write by somebody else that may go where the process itself could not write: ptrace. */
  poke: AtPlace;
  /** A write below the lowest page of a stack. */
  growStack: AtPlace & { readonly byBytes: number };
  /** References to pages that somebody else holds, as direct I/O does. */
  pin: AtPlace;
  unpin: object;
  mmap: MmapArgs;
  munmap: AtPlace;
  mremap: AtPlace & { readonly sizePages: number };
  /** Which pages of its file a shared mapping shows, from page `offsetPages` of it on. */
  remapFilePages: AtPlace & { readonly offsetPages: number; readonly isNonblock: boolean };
  mprotect: AtPlace & { readonly prot: number };
  madvise: AtPlace & { readonly advice: number };
  mlock: AtPlace;
  munlock: AtPlace;
  mlockall: OfProcess & { readonly flags: number };
  brk: OfProcess & { readonly byBytes: number };
  truncate: { readonly file: string; readonly sizePages: number };
  dropCaches: object;
  reclaim: AtPlace & { readonly count: number | null; readonly isIdle: boolean };
  /** Small pages become huge ones, 2 MiB each. */
  collapse: AtPlace;
  migrateBegin: AtPlace;
  migrateEnd: object;
  poison: AtPlace;
  swapon: { readonly sizePages: number; readonly priority: number | null };
  swapoff: { readonly area: number; readonly by: string | null };
  /** The kernel function of that name answers so from now on: 0, or a negative errno. */
  script: { readonly name: StepName; readonly status: number };
  /** Somebody has overwritten the byte of a slot in the swap map. */
  corrupt: AtPlace & { readonly slotByte: number };
  /** Whether the address space is being written to a core file. */
  coreDump: OfProcess & { readonly isRunning: boolean };
  race: RaceArgs;
  /** A race that paused goes on to its end. */
  resume: object;
  /** Nothing happens: a place for expectations. */
  look: object;
}
export type Verb = keyof StepArgs;

/** What any step can have besides. */
export interface StepCommon {
  /** How often it is done; a failure ends it. */
  readonly times: number;
  /** How it must end: an errno such as ENOMEM, a signal such as SIGSEGV, BUG; null for success. */
  readonly fails: string | null;
  /** Whether the caller must be left waiting. */
  readonly waits: boolean;
  /** How many of `times` must have been done before it failed. */
  readonly done: number | null;
  /** Which allocation of the step fails, counted from 1. */
  readonly failAllocation: number | null;
  /** For whoever reads along. */
  readonly note: string | null;
  readonly expect: readonly Expectation[];
  readonly at: Position;
}

/** One verb and its arguments. */
export type Action = { [V in Verb]: { readonly verb: V; readonly args: StepArgs[V] } }[Verb];

export type Step = StepCommon & Action;
