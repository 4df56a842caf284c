/**
 * The shape of counters.json: what the counter macros answered, step by step and CPU by CPU.
 *
 * The values of `after` are unsigned 64-bit hex texts: a counter below zero reads as 2^64 less.
 */
import type { Hex } from "./vector-state.ts";

export type CounterMember = "fileRss" | "anonRss" | "swapUsage";

export type CounterOp =
  | { readonly op: "set"; readonly member: CounterMember; readonly value: Hex }
  | { readonly op: "add"; readonly member: CounterMember; readonly value: number }
  | { readonly op: "inc" | "dec"; readonly member: CounterMember }
  | {
      readonly op: "addMmRss";
      readonly fileRss: number;
      readonly anonRss: number;
      readonly swapUsage: number;
    }
  | { readonly op: "updateHiwaterRss" | "setmaxMmHiwaterRss" }
  | { readonly op: "setHiwaterRss" | "setMaxrss"; readonly value: Hex }
  | { readonly op: "acctArgSize"; readonly pages: number }
  | { readonly op: "currentMm"; readonly present: boolean };

/** Everything that can be read after a step. */
export interface CounterState {
  readonly fileRss: Hex;
  readonly anonRss: Hex;
  readonly swapUsage: Hex;
  /** get_mm_rss */
  readonly rss: Hex;
  readonly hiwaterRss: Hex;
  /** get_mm_hiwater_rss */
  readonly getHiwater: Hex;
  /** The slot that setmax_mm_hiwater_rss raises. */
  readonly maxrss: Hex;
  /** What acct_arg_size has recorded. */
  readonly vmaPages: Hex;
}

export type CounterStep = CounterOp & { readonly after: CounterState };

export interface CounterSequence {
  readonly name: string;
  readonly steps: readonly CounterStep[];
  readonly pageTableLockTaken: number;
}

/** One schedule of two CPUs: its steps are texts such as `cpu0:load`. */
export interface InterleavingRow {
  readonly steps: readonly string[];
  readonly final: number;
  /** serialResult − final. */
  readonly lost: number;
}

export interface Interleaving {
  readonly name: string;
  readonly splitPtlocks: boolean;
  readonly cpu0: string;
  readonly cpu1: string;
  readonly initialAnonRss: number;
  readonly serialResult: number;
  /** How many schedules there are. */
  readonly interleavings: number;
  /** How many of them end with another value than `serialResult`. */
  readonly wrong: number;
  /** From the final value to how many schedules end there. */
  readonly finals: Readonly<Record<string, number>>;
  /** False when `rows` holds only the first 24 schedules. */
  readonly complete: boolean;
  readonly rows: readonly InterleavingRow[];
}

export interface CounterData {
  readonly about: string;
  readonly sequences: readonly CounterSequence[];
  readonly interleavings: readonly Interleaving[];
}
