/**
 * How long a fork takes: counts times what each costs (predict.md §10).
 *
 * What an entry or a table costs is the machine's, so that it is measured there; the numbers here
 * are those of one virtual machine with two CPUs. The sum bends with the size of caches, and real
 * programs have colder ones than a measurement has: that is what the spread says.
 */
import type { ForkCounts } from "./counts.ts";

/** Nanoseconds. */
export interface Calibration {
  /** A fork of a process with next to nothing. */
  readonly fork: number;
  /** An area whose entries fork leaves alone. */
  readonly areaSkipped: number;
  /** An area whose entries fork copies, without the entries. */
  readonly areaCopied: number;
  /** A pte table that is filled. */
  readonly table: number;
  /** An entry of a single page. */
  readonly entry: number;
  /** An entry of a huge page, with the table that is laid by for it. */
  readonly hugePage: number;
  /** A write to a page that both sides have: a copy. */
  readonly copyFault: number;
  /** How far single forks lie apart: the middle half of them, as a share of the middle. */
  readonly spread: number;
  /** Where and when it was measured. */
  readonly source: string;
}

/**
 * Of a virtual machine with two CPUs, on 6.18.
 * @example
 * ```ts
 * import { DEFAULT_CALIBRATION } from "@forkpath/predict";
 * console.log(DEFAULT_CALIBRATION.copyFault > DEFAULT_CALIBRATION.entry); // true
 * ```
 */
export const DEFAULT_CALIBRATION: Calibration = {
  fork: 45_000,
  areaSkipped: 306,
  areaCopied: 1180,
  table: 1910,
  entry: 54,
  hugePage: 730,
  copyFault: 1750,
  spread: 0.4,
  source: "the default: a virtual machine with two CPUs; `forkpath calibrate` measures this one",
};

/** Files and colder caches, which a calibration has not. */
const REAL_PROGRAMS = 1.15;

/** Nanoseconds, and between what they lie. */
export interface Duration {
  /** What the counts come to. */
  readonly value: number;
  /** The least that is likely. */
  readonly low: number;
  /** The most that is likely. */
  readonly high: number;
}

export function forkTime(counts: ForkCounts, costs: Calibration): Duration {
  const sum =
    costs.fork +
    costs.areaSkipped * counts.areasSkipped +
    costs.areaCopied * counts.areasCopied +
    costs.table * counts.tables +
    costs.entry * counts.entries +
    costs.hugePage * counts.hugePages;
  const value = sum * REAL_PROGRAMS;
  return { value, low: value / (1 + costs.spread), high: value * (1 + costs.spread) };
}
