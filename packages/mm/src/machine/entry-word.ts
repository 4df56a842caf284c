/**
 * The word of an entry as the machine's own release has it: what a debugger reads in a table, and
 * plants there (L1, L2).
 *
 * The tables of a machine hold el6's words, whatever its release: page-table's rules/entry-words.ts
 * and swap's rules/swap-layout.ts say how those read.
 */
import {
  isPteFile,
  isPteNone,
  isPtePresent,
  pteFromBigint,
  pteToBigint,
} from "@forkpath/page-table";
import { readEntryWord, showEntryWord } from "@forkpath/swap";
import type { MmEnv } from "../types.ts";

const PRESENT = 0x101n;
const FILE = 0x40n;
/** Bits that a none entry may have: accessed and dirty, set by an erratum of the processor. */
const STRAY = 0x60n;

/**
 * The machine's word for an entry, of any level.
 * @kernel pte_val in arch/x86/include/asm/pgtable_types.h
 */
export function entryWord({ tables, swap }: MmEnv, low: number, high: number): bigint {
  if (isPteNone(low, high)) return 0n;
  if (isPtePresent(low)) return tables.rules.entryWords.show(pteToBigint(low, high));
  return isPteFile(low) ? pteToBigint(low, high) : showEntryWord(swap, low, high);
}

/**
 * The entry that one of the machine's words stands for.
 * @throws RangeError or TypeError unless `word` has 64 bits, and a type that the model has
 * @kernel __pte in arch/x86/include/asm/pgtable_types.h
 */
export function readWord(
  { tables, swap }: MmEnv,
  word: bigint,
): {
  /** Bits 0 to 31. */
  low: number;
  /** Bits 32 to 63. */
  high: number;
} {
  const raw = pteFromBigint(word);
  if ((word & PRESENT) !== 0n) return pteFromBigint(tables.rules.entryWords.read(word));
  if ((word & ~STRAY) === 0n || (word & FILE) !== 0n) return raw;
  return readEntryWord(swap, word);
}
