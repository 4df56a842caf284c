/**
 * Reading and writing one entry where it stands.
 *
 * The hot functions trust their cell. A loop over one table does better still: it takes the two
 * chunks of its first cell into locals, since a table lies in one chunk. `peekEntry` and
 * `pokeEntry` are the checked pair, for tests, tools and whoever plants a damaged entry.
 */
import { expectInteger, PTRS_PER_TABLE } from "@forkpath/abi";
import { Pte } from "./bits.ts";
import {
  BLOCK_SHIFT,
  CHUNK_MASK,
  CHUNK_SHIFT,
  LEVEL_NAMES,
  NO_CELL,
  type PageTables,
  ROW_SHIFT,
} from "./tables.ts";
import { pteFromBigint, pteToBigint } from "./text.ts";

/**
 * Low word of an entry of any level.
 * @kernel pte_val in arch/x86/include/asm/paravirt.h
 */
export const pteLow = (tables: PageTables, cell: number): number =>
  tables.low[cell >>> CHUNK_SHIFT][cell & CHUNK_MASK];
/**
 * High word of an entry of any level.
 * @kernel pte_val in arch/x86/include/asm/paravirt.h
 */
export const pteHigh = (tables: PageTables, cell: number): number =>
  tables.high[cell >>> CHUNK_SHIFT][cell & CHUNK_MASK];

/**
 * @kernel set_pte_at in arch/x86/include/asm/pgtable.h
 * @example
 * ```ts
 * import { createPageTables, pgdAlloc, pteLow, setPte } from "@forkpath/page-table";
 * import { createSync } from "@forkpath/sync";
 * const tables = createPageTables({ splitPtlocks: true });
 * const cell = pgdAlloc(createSync(), tables) * 512;
 * setPte(tables, cell, 0x1234025, 0);
 * console.log(pteLow(tables, cell) === 0x1234025); // true
 * ```
 */
export function setPte(tables: PageTables, cell: number, low: number, high: number): void {
  tables.low[cell >>> CHUNK_SHIFT][cell & CHUNK_MASK] = low;
  tables.high[cell >>> CHUNK_SHIFT][cell & CHUNK_MASK] = high;
  tables.blocks[cell >>> ROW_SHIFT] |= 1 << (cell >>> BLOCK_SHIFT); // a shift takes its low 5 bits
}

/**
 * To be called before a loop that copies entries of one table to the same place in another without
 * `setPte`: once, with any cell of each. Where the other gets something, the first has something.
 * @modelOnly the kernel looks at every entry
 */
export function copyBlocks({ blocks }: PageTables, from: number, to: number): void {
  blocks[to >>> ROW_SHIFT] |= blocks[from >>> ROW_SHIFT];
}

/**
 * Empties an entry. A caller that needs the old words reads them first: nothing runs in between,
 * so the two are one exchange.
 * @kernel ptep_get_and_clear in arch/x86/include/asm/pgtable.h
 */
export function clearPte(tables: PageTables, cell: number): void {
  setPte(tables, cell, 0, 0);
}

/** @kernel ptep_set_wrprotect in arch/x86/include/asm/pgtable.h */
export function ptepSetWrprotect(tables: PageTables, cell: number): void {
  tables.low[cell >>> CHUNK_SHIFT][cell & CHUNK_MASK] &= ~Pte.RW;
}

/** @kernel pte_same in arch/x86/include/asm/pgtable.h */
export const isPteSame = (tables: PageTables, cell: number, low: number, high: number): boolean =>
  pteLow(tables, cell) === low && pteHigh(tables, cell) === high;

/**
 * Stores a faulting page's new flags, but only for a write: a read fault that would just set the
 * accessed bit stores nothing on x86.
 * @returns whether the entry differs from the one asked for
 * @kernel ptep_set_access_flags in arch/x86/mm/pgtable.c
 * @deviates There is no TLB to flush.
 */
export function ptepSetAccessFlags(
  tables: PageTables,
  cell: number,
  low: number,
  high: number,
  dirty: boolean,
): boolean {
  const differs = !isPteSame(tables, cell, low, high);
  if (differs && dirty) setPte(tables, cell, low, high);
  return differs;
}

/**
 * The entry as one value.
 * @throws RangeError or TypeError unless `cell` stands in a table
 * @modelOnly a debugger's look
 */
export function peekEntry(tables: PageTables, cell: number): bigint {
  expectCell("peekEntry", tables, cell);
  return pteToBigint(pteLow(tables, cell), pteHigh(tables, cell));
}

/**
 * Writes the entry as one value, without a question whether it makes sense there.
 * @throws RangeError or TypeError unless `cell` stands in a table, and `value` has at most 64 bits
 * @modelOnly a debugger's write
 */
export function pokeEntry(tables: PageTables, cell: number, value: bigint): void {
  expectCell("pokeEntry", tables, cell);
  const { low, high } = pteFromBigint(value);
  setPte(tables, cell, low, high);
}

function expectCell(where: string, tables: PageTables, cell: number): void {
  expectInteger(where, "cell", cell, 0, NO_CELL);
  const row = Math.floor(cell / PTRS_PER_TABLE);
  if (LEVEL_NAMES[tables.levelOf[row]] === undefined) {
    throw new RangeError(`${where}: cell must stand in a table, got ${cell} in row ${row}`);
  }
}
