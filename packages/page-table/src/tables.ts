/**
 * The pool that all page tables of a machine live in.
 *
 *     chunk 0                           chunk 1
 *    [ row 0 | row 1 | ... | row 15 ]  [ row 16 | ... ]        one Uint32Array a word, low and high
 *            /        \
 *       [ cell 512 ... cell 1023 ]                             cell = row * 512 + index
 *
 * A table is a row, an entry is a cell, and both are plain numbers that never move: the pool grows
 * by whole chunks and copies nothing. An upper entry holds the row of the table below where the
 * hardware has its frame number. Row 0 is never a table.
 */
import { PTRS_PER_TABLE, rulesOf } from "@forkpath/abi";
import { createSpinLock, InvariantError, invariant, type SpinLock } from "@forkpath/sync";
import { type PageTableRules, pageTableRules } from "./rules/book.ts";

/** Tables by what their entries are: a pte table spans 2 MiB, the pgd all of user space. */
export const Level = {
  /** Entries map pages. */
  PTE: 0,
  /** Entries lead to pte tables, or map huge pages. */
  PMD: 1,
  /** Entries lead to pmd tables. */
  PUD: 2,
  /** Entries lead to pud tables. */
  PGD: 3,
} as const;
export type Level = (typeof Level)[keyof typeof Level];
/** The kernel's word for a table of each level. */
export const LEVEL_NAMES = ["pte", "pmd", "pud", "pgd"] as const;

/** Row that stands for "no such table". */
export const NO_TABLE = 0;
/** In place of a row: the entry maps a huge page, and leads to no table. */
export const HUGE_ENTRY = -1;
/** Cell that stands for "no such entry". */
export const NO_CELL = 0xffffffff;
/** Tables of one chunk: few, so that a small machine boots at once. */
export const CHUNK_TABLES = 16;
/** A cell's chunk is `cell >>> CHUNK_SHIFT` ... */
export const CHUNK_SHIFT = 13;
/** ... and its place there `cell & CHUNK_MASK`. A table never crosses chunks. */
export const CHUNK_MASK: number = 2 ** CHUNK_SHIFT - 1;
/** A cell's row is `cell >>> ROW_SHIFT` ... */
export const ROW_SHIFT = 9;
/** ... and its block, of all blocks of all rows, `cell >>> BLOCK_SHIFT`. A row has 32. */
export const BLOCK_SHIFT = 4;
/** Entries of a block. */
export const BLOCK_ENTRIES: number = 2 ** BLOCK_SHIFT;

/** In place of a level, for a row that is no table now. */
const FREE = -1;
/** Cells are 32-bit numbers, and the last row would hold NO_CELL. */
const ROWS_MAX = 2 ** 23 - 1;
const CHUNK_CELLS = CHUNK_TABLES * PTRS_PER_TABLE;

/** All tables of a machine. */
export interface PageTables {
  /** What this machine's kernel does where releases differ. */
  readonly rules: PageTableRules;
  /** One lock for each pte table, or the owner's page_table_lock for all of them (SPEC §1.1). */
  readonly splitPtlocks: boolean;
  /** Low words of all entries, by chunk. */
  readonly low: Uint32Array[];
  /** High words of all entries, by chunk. */
  readonly high: Uint32Array[];
  /** By row: level of its table; negative when the row is free. */
  readonly levelOf: number[];
  /**
   * By row: a bit for each block of 16 entries that may say something. A walk passes over the
   * others: most of a table is none.
   */
  readonly blocks: number[];
  /** By row: the lock of its pte or pmd table, kept for the row's next one; null if it had none. */
  readonly locks: (SpinLock | null)[];
  /** Rows whose table is free, the one freed last at the end. */
  readonly freeRows: number[];
  /** By level: tables in use. Equals what `levelOf` recounts. */
  readonly liveTables: number[];
}

/** The build of the kernel. */
export interface PageTablesOptions {
  /** Whether each pte table has a lock of its own. */
  readonly splitPtlocks: boolean;
  /** By default el6's. */
  readonly rules?: PageTableRules;
}

/**
 * An empty pool. Memory comes with the first table: 64 KiB for each 16 of them.
 * @throws TypeError unless `options.splitPtlocks` is a boolean
 * @modelOnly the kernel takes its tables from the page allocator
 * @example
 * ```ts
 * import { createPageTables } from "@forkpath/page-table";
 * const tables = createPageTables({ splitPtlocks: true });
 * console.log(tables.liveTables.join(" ")); // 0 0 0 0
 * ```
 */
export function createPageTables(options: PageTablesOptions): PageTables {
  const { splitPtlocks, rules = rulesOf(pageTableRules, "el6") } = options;
  if (typeof splitPtlocks !== "boolean") {
    throw new TypeError(`createPageTables: splitPtlocks must be a boolean, got ${splitPtlocks}`);
  }
  return new Pool(rules, splitPtlocks);
}

class Pool implements PageTables {
  readonly rules: PageTableRules;
  readonly splitPtlocks: boolean;
  readonly low: Uint32Array[] = [];
  readonly high: Uint32Array[] = [];
  readonly levelOf: number[] = [FREE];
  readonly blocks: number[] = [0];
  readonly locks: (SpinLock | null)[] = [null];
  readonly freeRows: number[] = [];
  readonly liveTables: number[] = [0, 0, 0, 0];

  constructor(rules: PageTableRules, splitPtlocks: boolean) {
    this.rules = rules;
    this.splitPtlocks = splitPtlocks;
  }
}

/**
 * Whether it is a pool of tables.
 * @modelOnly the kernel knows what it has
 */
export const isPageTables = (one: object): one is PageTables => one instanceof Pool;

/**
 * Makes a zeroed table of `level`, hooked in nowhere yet: free rows and new chunks are zero. Asks
 * no gate: that is the caller's part.
 * @param owner name of its owner, and of the owner of its lock, where pte tables have their own
 * @modelOnly stands for __get_free_page and the pte table's constructor
 */
export function takeRow(tables: PageTables, level: Level, owner: string): number {
  const row = tables.freeRows.pop() ?? addRow(tables);
  tables.levelOf[row] = level;
  tables.liveTables[level]++;
  const lockClass = ownLockClass(tables, level);
  if (lockClass !== null) {
    const kept = tables.locks[row];
    // A lock moves on with its row.
    const lock = kept?.lockClass === lockClass ? kept : ownLock(lockClass, owner);
    lock.owner = owner;
    tables.locks[row] = lock;
  }
  return row;
}

const ownLock = (lockClass: LockClass, owner: string): SpinLock =>
  createSpinLock(lockClass, owner, lockClass === "pte_lock" ? "pt" : "pmd");

type LockClass = "pte_lock" | "pmd_lock";

/** The class of the lock that a table of `level` has to itself; null where it has none. */
function ownLockClass({ splitPtlocks, rules }: PageTables, level: Level): LockClass | null {
  if (level === Level.PTE && splitPtlocks) return "pte_lock";
  return level === Level.PMD && rules.pmdLocks === "of each table" ? "pmd_lock" : null;
}

/**
 * Gives a table back, zeroed: fork wants its tables at once, exit can wait. Whoever calls has
 * unhooked it.
 * @throws InvariantError when the row is free already, or somebody holds its lock
 * @modelOnly stands for free_page and the pte table's destructor
 */
export function freeRow(tables: PageTables, row: number): void {
  const level = tables.levelOf[row];
  if (!(level >= 0)) throw new InvariantError("table-freed-twice", `row ${row} is not a table`);
  const holder = tables.locks[row]?.holder;
  if (holder) {
    throw new InvariantError("ptl-held-at-free", `row ${row} is locked by ${holder.name}`);
  }
  zeroRow(tables, row);
  tables.levelOf[row] = FREE;
  tables.liveTables[level]--;
  tables.freeRows.push(row);
}

/**
 * True when `row` is in use as a table of `level`.
 * @modelOnly nothing records this in the kernel
 */
export const isTable = (tables: PageTables, level: Level, row: number): boolean =>
  tables.levelOf[row] === level;

/**
 * Bytes of the entries' columns: what the pool has taken from the host, free rows included.
 * @modelOnly a real table takes 4096 bytes, and so does a row of the model
 */
export const tableBytes = (tables: PageTables): number =>
  tables.low.length * CHUNK_CELLS * 2 * Uint32Array.BYTES_PER_ELEMENT;

function addRow(tables: PageTables): number {
  const row = tables.levelOf.length;
  invariant(row < ROWS_MAX, "table-pool-full", `${row} tables in one pool`);
  const chunk = Math.floor(row / CHUNK_TABLES);
  if (chunk === tables.low.length) {
    tables.low.push(new Uint32Array(CHUNK_CELLS));
    tables.high.push(new Uint32Array(CHUNK_CELLS));
  }
  tables.levelOf.push(FREE);
  tables.blocks.push(0);
  tables.locks.push(null);
  return row;
}

function zeroRow(tables: PageTables, row: number): void {
  const chunk = Math.floor(row / CHUNK_TABLES);
  const first = (row % CHUNK_TABLES) * PTRS_PER_TABLE;
  tables.low[chunk].fill(0, first, first + PTRS_PER_TABLE);
  tables.high[chunk].fill(0, first, first + PTRS_PER_TABLE);
  tables.blocks[row] = 0;
}
