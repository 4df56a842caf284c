/**
 * The records of one pte table's range, gathered before they are placed: only all of them together
 * tell whether a pmd maps a huge page there.
 */
import { PTRS_PER_TABLE } from "@forkpath/abi";

export interface Stage {
  /** First byte of the 2 MiB; below 0 while nothing is gathered. */
  base: number;
  count: number;
  /** By record: which entry of the table it is, and which area it lies in. */
  readonly entry: Uint16Array;
  readonly area: Int32Array;
  readonly pmLow: Uint32Array;
  readonly pmHigh: Uint32Array;
  readonly mapcount: Int32Array;
  readonly flagsLow: Uint32Array;
  readonly flagsHigh: Uint32Array;
}

export const createStage = (): Stage => ({
  base: -1,
  count: 0,
  entry: new Uint16Array(PTRS_PER_TABLE),
  area: new Int32Array(PTRS_PER_TABLE),
  pmLow: new Uint32Array(PTRS_PER_TABLE),
  pmHigh: new Uint32Array(PTRS_PER_TABLE),
  mapcount: new Int32Array(PTRS_PER_TABLE),
  flagsLow: new Uint32Array(PTRS_PER_TABLE),
  flagsHigh: new Uint32Array(PTRS_PER_TABLE),
});
