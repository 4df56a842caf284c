/**
 * The entries of all tables as they are now, to be put back: only blocks that say something, then
 * or now, are written. Most of a table is none, and a machine goes back often.
 */
import { BLOCK_ENTRIES, CHUNK_TABLES, type PageTables, ROW_SHIFT } from "./tables.ts";
import { lowestBlock } from "./visit.ts";

/** Entries to be put back. */
export interface KeptEntries {
  /** To be called before anything else of the tables is put back. */
  restore(): void;
}

/** @modelOnly a real machine has no way back */
export function keepEntries(tables: PageTables): KeptEntries {
  const blocks = [...tables.blocks];
  const low = tables.low.map((chunk) => chunk.slice());
  const high = tables.high.map((chunk) => chunk.slice());
  return { restore: () => putEntriesBack(tables, blocks, low, high) };
}

function putEntriesBack(
  tables: PageTables,
  blocks: readonly number[],
  low: readonly Uint32Array[],
  high: readonly Uint32Array[],
): void {
  // Chunks that came later go as a whole.
  const rows = Math.min(tables.blocks.length, low.length * CHUNK_TABLES);
  for (let row = 1; row < rows; row++) {
    const chunk = Math.floor(row / CHUNK_TABLES);
    const first = (row % CHUNK_TABLES) << ROW_SHIFT;
    const then = row < blocks.length ? blocks[row] : 0;
    for (let left = tables.blocks[row] | then; left !== 0; left &= left - 1) {
      const start = first + lowestBlock(left);
      copyBlock(low[chunk], tables.low[chunk], start);
      copyBlock(high[chunk], tables.high[chunk], start);
    }
  }
}

function copyBlock(from: Uint32Array, to: Uint32Array, start: number): void {
  for (let at = start; at < start + BLOCK_ENTRIES; at++) to[at] = from[at];
}
