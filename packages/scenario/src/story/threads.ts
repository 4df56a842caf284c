/**
 * Threads: what two to four tasks do at once, after the steps.
 *
 *    threads:
 *      exec: { exec: child, args: 3 pages }
 *      faults:                                  steps of one thread come one after the other
 *        - { write: peer heap 0 }
 *        - { write: peer heap 1 }
 *    switchAt: [_anon_rss, page_table_lock]
 *    neverFalls: [peer VmHWM]
 *
 * A scenario does not choose their schedule: `@forkpath/explore` tries all, and `expect` must
 * hold after each. As a plain scenario they run one after the other.
 */
import * as z from "zod/mini";
import { PROCESS_FACTS } from "../facts/process.ts";
import { about, leaf, name } from "../format/leaves.ts";
import type { Position } from "../format/position.ts";
import type { Step } from "./step.ts";

/** Steps by the name of their thread. They have no expectations of their own. */
export type ThreadSteps = ReadonlyMap<string, readonly Step[]>;

/** A fact of a process. */
export interface PeakInput {
  /** Name of the process. */
  readonly process: string;
  /** Of a process; a number. */
  readonly fact: string;
}

/** A fact that no step of a thread may lower. */
export interface Peak extends PeakInput {
  /** Where it stands in the text. */
  readonly at: Position;
}

/** Where threads take turns, and where the text says so. */
export interface SwitchPoint {
  /** Name of the point. */
  readonly name: string;
  /** Where it stands in the text. */
  readonly at: Position;
}

export const FEWEST_THREADS = 2;
export const MOST_THREADS = 4;

const POINT = "a lock, a counter or pte, such as page_table_lock or mm1._anon_rss";

/** A step, or a list of steps, for each thread; not looked into yet. */
export const threads: z.ZodMiniType<Record<string, unknown>> = about(
  z.record(name, z.unknown()),
  "A step, or a list of them, for each of two to four threads that run at once after the steps.",
);

export const switchAt: z.ZodMiniType<string[]> = about(
  z.array(z.string({ error: () => POINT }).check(z.regex(/^\S+$/, { error: () => POINT }))),
  "Threads take turns only before their steps, at locks of these classes, and at fields of these names.",
  ["page_table_lock", "_anon_rss"],
);

const PEAK = "a process and one of its numbers, such as server VmHWM";

export const neverFalls: z.ZodMiniType<PeakInput[]> = about(
  z.array(leaf(z.string({ error: () => PEAK }), PEAK, parsePeak)),
  "Facts that no step of a thread may lower.",
  ["server VmHWM"],
);

function parsePeak(text: string): PeakInput | undefined {
  const [process = "", fact = "", ...rest] = text.trim().split(/\s+/);
  const unit = Object.hasOwn(PROCESS_FACTS, fact) ? PROCESS_FACTS[fact].unit : "word";
  const isNumber = unit !== "yes" && unit !== "word";
  return isNumber && rest.length === 0 ? { process, fact } : undefined;
}
