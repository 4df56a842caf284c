/**
 * The counters of one mm: three that count pages, two that remember peaks (SPEC §1.2).
 *
 *              split PTE locks         one page_table_lock
 *    _file_rss, _anon_rss, _swap_usage
 *              atomic, one step        plain: a load, then a store
 *    hiwater_rss, hiwater_vm
 *              plain in both: compared and stored, and no lock guards them
 *
 * All are 64 bits wide and wrap: a counter that goes below zero reads as 2^64 less.
 */
import { type Cells, createCells, peekCell, peekSigned } from "@forkpath/sync";

/** Unit: pages of 4 KiB, all of them. */
export const MmCounter = {
  FILE_RSS: 0,
  ANON_RSS: 1,
  SWAP_USAGE: 2,
  HIWATER_RSS: 3,
  HIWATER_VM: 4,
} as const;
export type MmCounter = (typeof MmCounter)[keyof typeof MmCounter];

export interface MmCounters {
  /** Whose counters these are, in events, schedule points and reports. */
  readonly name: string;
  /** FILE_RSS, ANON_RSS and SWAP_USAGE, each in the cell of its number. */
  readonly rss: Cells;
  /** HIWATER_RSS and HIWATER_VM, in cells 0 and 1. */
  readonly hiwater: Cells;
}

export const HIWATER_RSS_CELL = 0;
export const HIWATER_VM_CELL = 1;

/**
 * Five counters at zero.
 * @param options.split whether the build has split PTE locks: then adds are atomic
 * @param options.name default "mm"; give each mm of a machine its own
 * @throws TypeError unless `split` is a boolean
 * @kernel the counter lines of mm_init in kernel/fork.c
 */
export function createMmCounters(options: { split: boolean; name?: string }): MmCounters {
  const { split, name = "mm" } = options;
  if (typeof split !== "boolean") {
    throw new TypeError(`createMmCounters: split must be true or false, got ${String(split)}`);
  }
  const named = (fields: readonly string[]): string[] => fields.map((one) => `${name}.${one}`);
  return {
    name,
    rss: createCells(named(["_file_rss", "_anon_rss", "_swap_usage"]), split),
    hiwater: createCells(named(["hiwater_rss", "hiwater_vm"]), false),
  };
}

/**
 * Unsigned 64-bit value, with no schedule point: for printing and checking.
 * @modelOnly a debugger's look
 */
export const peekCounter = (counters: MmCounters, member: MmCounter): bigint =>
  peekCell(rowOf(counters, member), cellOf(member));

/**
 * Signed value, with no schedule point; exact when its magnitude is below 2^53.
 * @modelOnly a debugger's look
 */
export const peekCounterSigned = (counters: MmCounters, member: MmCounter): number =>
  peekSigned(rowOf(counters, member), cellOf(member));

/**
 * What get_mm_rss would say if nobody else ran: unsigned, modulo 2^64.
 * @modelOnly a debugger's look
 */
export const peekRss = (counters: MmCounters): bigint =>
  addUnsigned(
    peekCell(counters.rss, MmCounter.FILE_RSS),
    peekCell(counters.rss, MmCounter.ANON_RSS),
  );

/**
 * Does not check: 3 and 4 are peaks, everything else is taken for a page counter.
 * @modelOnly where a member lives
 */
export const rowOf = (counters: MmCounters, member: MmCounter): Cells =>
  member >= MmCounter.HIWATER_RSS ? counters.hiwater : counters.rss;

/** @modelOnly where a member lives */
export const cellOf = (member: MmCounter): number =>
  member >= MmCounter.HIWATER_RSS ? member - MmCounter.HIWATER_RSS : member;

/** @modelOnly addition of two unsigned longs */
export const addUnsigned = (left: bigint, right: bigint): bigint =>
  BigInt.asUintN(64, left + right);
