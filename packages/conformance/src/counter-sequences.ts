/**
 * The shape of counters.json: what the counter macros answered, step by step and CPU by CPU.
 *
 * The values of `after` are unsigned 64-bit hex texts: a counter below zero reads as 2^64 less.
 */
import type { Hex } from "./vector-state.ts";

/** A counter of an mm: `_file_rss`, `_anon_rss`, `_swap_usage`. */
export type CounterMember = "fileRss" | "anonRss" | "swapUsage";

/** One call of a counter macro. */
export type CounterOp =
  | {
      /** set_mm_counter. */
      readonly op: "set";
      /** Which counter. */
      readonly member: CounterMember;
      /** What it is set to. */
      readonly value: Hex;
    }
  | {
      /** add_mm_counter. */
      readonly op: "add";
      /** Which counter. */
      readonly member: CounterMember;
      /** What is added; it may be negative. */
      readonly value: number;
    }
  | {
      /** inc_mm_counter or dec_mm_counter. */
      readonly op: "inc" | "dec";
      /** Which counter. */
      readonly member: CounterMember;
    }
  | {
      /** add_mm_rss, with three C ints. */
      readonly op: "addMmRss";
      /** Added to `_file_rss`. */
      readonly fileRss: number;
      /** Added to `_anon_rss`. */
      readonly anonRss: number;
      /** Added to `_swap_usage`. */
      readonly swapUsage: number;
    }
  | {
      /** update_hiwater_rss; or setmax_mm_hiwater_rss into `maxrss`. */
      readonly op: "updateHiwaterRss" | "setmaxMmHiwaterRss";
    }
  | {
      /** Writes `mm->hiwater_rss` or `maxrss` from outside. */
      readonly op: "setHiwaterRss" | "setMaxrss";
      /** What is written. */
      readonly value: Hex;
    }
  | {
      /** acct_arg_size. */
      readonly op: "acctArgSize";
      /** Pages of arguments now. */
      readonly pages: number;
    }
  | {
      /** Whether the calling task has an mm: acct_arg_size looks. */
      readonly op: "currentMm";
      /** False for a task without one. */
      readonly present: boolean;
    };

/** Everything that can be read after a step. */
export interface CounterState {
  /** `_file_rss`. */
  readonly fileRss: Hex;
  /** `_anon_rss`. */
  readonly anonRss: Hex;
  /** `_swap_usage`. */
  readonly swapUsage: Hex;
  /** get_mm_rss */
  readonly rss: Hex;
  /** `mm->hiwater_rss`. */
  readonly hiwaterRss: Hex;
  /** get_mm_hiwater_rss */
  readonly getHiwater: Hex;
  /** The slot that setmax_mm_hiwater_rss raises. */
  readonly maxrss: Hex;
  /** What acct_arg_size has recorded. */
  readonly vmaPages: Hex;
}

/** One operation, and what can be read after it. */
export type CounterStep = CounterOp & {
  /** The state after it. */
  readonly after: CounterState;
};

/** Operations of one CPU on one mm, which begins with zeros. */
export interface CounterSequence {
  /** What the sequence tries. */
  readonly name: string;
  /** In the order in which they were done. */
  readonly steps: readonly CounterStep[];
  /** How often the macros took page_table_lock: never, in both builds. */
  readonly pageTableLockTaken: number;
}

/** One schedule of two CPUs: its steps are texts such as `cpu0:load`. */
export interface InterleavingRow {
  /** `cpu0:load`, `cpu1:store`, in order. */
  readonly steps: readonly string[];
  /** Value of the counter at the end, in pages. */
  readonly final: number;
  /** serialResult − final. */
  readonly lost: number;
}

/** Two operations of two CPUs on one counter, under every schedule. */
export interface Interleaving {
  /** What is tried. */
  readonly name: string;
  /** Whether an add is one step: true in a kernel with split page-table locks. */
  readonly splitPtlocks: boolean;
  /** What the first CPU does, as an expression of the kernel. */
  readonly cpu0: string;
  /** What the second CPU does. */
  readonly cpu1: string;
  /** Value of the counter at the start, in pages. */
  readonly initialAnonRss: number;
  /** Value of the counter when one CPU follows the other. */
  readonly serialResult: number;
  /** How many schedules there are. */
  readonly interleavings: number;
  /** How many of them end with another value than `serialResult`. */
  readonly wrong: number;
  /** From the final value to how many schedules end there. */
  readonly finals: Readonly<Record<string, number>>;
  /** False when `rows` holds only the first 24 schedules. */
  readonly complete: boolean;
  /** Schedules, in the order in which they were tried. */
  readonly rows: readonly InterleavingRow[];
}

/** The whole file. */
export interface CounterData {
  /** What the file is, in words. */
  readonly about: string;
  /** What one CPU does. */
  readonly sequences: readonly CounterSequence[];
  /** What two CPUs do. */
  readonly interleavings: readonly Interleaving[];
}
