/**
 * Shared 64-bit cells: the counters that threads race on.
 *
 * A row of cells is either atomic (an add is one step) or plain (an add is a load, then a store,
 * with a schedule point before each). Values are unsigned 64-bit and wrap: −1 reads as 2^64 − 1.
 * Each takes two 32-bit words, low word first; BigInt appears only where a value leaves.
 */
import { expectInteger } from "@forkpath/abi";
import { DONE, ended } from "./ended.ts";
import { SyncEventClass } from "./events.ts";
import { goesOver } from "./passing.ts";
import {
  type KernelThread,
  makePoint,
  PointKind,
  type SchedulePoint,
  type Subject,
  subjectName,
} from "./point.ts";
import { emit, type Sync } from "./sync.ts";

/**
 * A row of shared counters, all atomic or all plain.
 * @modelOnly the kernel has atomic64_t or plain words inside a structure
 */
export interface Cells {
  /** Whether an add is one step. */
  readonly atomic: boolean;
  /** Name of what has the cells, such as an mm; "" for none. */
  readonly owner: string;
  /** Name of each cell, by its number: `_anon_rss`. */
  readonly fields: readonly string[];
  /** Owner and field of each cell in one text, for people. */
  readonly names: readonly string[];
  /** Two words a cell: low at 2 * cell, high at 2 * cell + 1. */
  readonly words: Uint32Array;
  /** Before the load of a plain cell, by its number. */
  readonly loadPoints: readonly SchedulePoint[];
  /** Before the store of a plain cell, by its number. */
  readonly storePoints: readonly SchedulePoint[];
  /** Before an atomic operation, by the number of its cell. */
  readonly atomicPoints: readonly SchedulePoint[];
  /** Of atomic adds whose sum nobody looks at: they commute. */
  readonly addPoints: readonly SchedulePoint[];
}

const TWO_32 = 2 ** 32;

type CellPoints = readonly SchedulePoint[];

class CellRow implements Cells {
  readonly atomic: boolean;
  readonly owner: string;
  readonly fields: readonly string[];
  readonly words: Uint32Array;
  // Made when a scheduler first asks, and no state: a machine that goes back keeps them.
  #subjects: readonly Subject[] | null = null;
  #names: readonly string[] | null = null;
  #load: CellPoints | null = null;
  #store: CellPoints | null = null;
  #atomic: CellPoints | null = null;
  #add: CellPoints | null = null;

  constructor(fields: readonly string[], atomic: boolean, owner: string) {
    this.atomic = atomic;
    this.owner = owner;
    this.fields = fields;
    this.words = new Uint32Array(fields.length * 2);
  }

  get names(): readonly string[] {
    this.#names ??= this.fields.map((field) => subjectName({ ...this.subject, field }));
    return this.#names;
  }

  get loadPoints(): CellPoints {
    this.#load ??= this.pointsOf(PointKind.LOAD);
    return this.#load;
  }

  get storePoints(): CellPoints {
    this.#store ??= this.pointsOf(PointKind.STORE);
    return this.#store;
  }

  get atomicPoints(): CellPoints {
    this.#atomic ??= this.pointsOf(PointKind.ATOMIC);
    return this.#atomic;
  }

  get addPoints(): CellPoints {
    this.#add ??= this.pointsOf(PointKind.ATOMIC).map((point) => ({ ...point, commutes: true }));
    return this.#add;
  }

  /** The points of a cell share one object, so that a scheduler sees that they conflict. */
  private pointsOf(kind: PointKind): SchedulePoint[] {
    this.#subjects ??= this.fields.map((field) => ({ ...this.subject, field }));
    return this.#subjects.map((subject) => makePoint(kind, subject, subject));
  }

  private get subject(): Subject {
    return { kind: "counter", owner: this.owner, field: "" };
  }
}

/**
 * A row of zeroed cells, one for each field of `owner`.
 * @modelOnly atomic_long_t and unsigned long fields, as the build has them
 * @example
 * ```ts
 * import { addCell, createCells, createSync, peekCell, runToCompletion } from "@forkpath/sync";
 * const cells = createCells(["_file_rss", "_anon_rss"], true);
 * runToCompletion(addCell(createSync(), cells, 1, -1));
 * console.log(peekCell(cells, 1)); // 18446744073709551615n
 * ```
 */
export const createCells = (fields: readonly string[], atomic: boolean, owner = ""): Cells =>
  new CellRow(fields, atomic, owner);

/**
 * The cell as an unsigned 64-bit value, with no schedule point: for printing and checking.
 * @modelOnly a debugger's look
 */
export function peekCell({ words }: Cells, cell: number): bigint {
  const low = BigInt(words[2 * cell]);
  const high = words[2 * cell + 1];
  return high === 0 ? low : (BigInt(high) << 32n) | low;
}

/**
 * The cell as a signed number; exact when its magnitude is below 2^53.
 * @modelOnly a debugger's look
 */
export const peekSigned = (cells: Cells, cell: number): number =>
  cells.words[2 * cell] + (cells.words[2 * cell + 1] | 0) * TWO_32;

/**
 * Sets the cell to `value` modulo 2^64, with no schedule point: for building a state.
 * @modelOnly a debugger's write
 */
export function pokeCell(cells: Cells, cell: number, value: bigint): void {
  cells.words[2 * cell] = Number(BigInt.asUintN(32, value));
  cells.words[2 * cell + 1] = Number(BigInt.asUintN(32, value >> 32n));
}

/**
 * Adds `delta` (a safe integer, either sign) at once, if no other thread could run now.
 * @returns false when the caller has to `yield*` to `addCell` instead
 * @kernel add_mm_counter in include/linux/sched.h
 */
export function addCellNow(sync: Sync, cells: Cells, cell: number, delta: number): boolean {
  if ((sync.traced & SyncEventClass.CELL) !== 0) return false;
  if (sync.interleaved && !(cells.atomic && goesOver(sync.passing, cells.addPoints[cell]))) {
    return false;
  }
  const { words } = cells;
  addWords(words, 2 * cell, words[2 * cell], words[2 * cell + 1], delta);
  return true;
}

/**
 * Adds `delta`: one step in an atomic row; a load, then a store in a plain one.
 * @kernel add_mm_counter in include/linux/sched.h
 */
export function addCell(sync: Sync, cells: Cells, cell: number, delta: number): KernelThread<void> {
  const stops =
    sync.interleaved && !(cells.atomic && goesOver(sync.passing, cells.addPoints[cell]));
  if (stops) return (cells.atomic ? addLater : loadAndStore)(sync, cells, cell, delta);
  if (!cells.atomic) report(sync, "load", cells, cell);
  addAtOnce(sync, cells, cell, delta);
  return DONE;
}

/** The one step of an atomic cell, or the second one of a plain cell untouched in between. */
function addAtOnce(sync: Sync, cells: Cells, cell: number, delta: number): void {
  const { words, atomic } = cells;
  addWords(words, 2 * cell, words[2 * cell], words[2 * cell + 1], delta);
  report(sync, atomic ? "atomic" : "store", cells, cell);
}

function* addLater(sync: Sync, cells: Cells, cell: number, delta: number): KernelThread<void> {
  yield cells.addPoints[cell];
  addAtOnce(sync, cells, cell, delta);
}

function* loadAndStore(sync: Sync, cells: Cells, cell: number, delta: number): KernelThread<void> {
  const { words } = cells;
  if (!goesOver(sync.passing, cells.loadPoints[cell])) yield cells.loadPoints[cell];
  const low = words[2 * cell];
  const high = words[2 * cell + 1];
  report(sync, "load", cells, cell);
  if (!goesOver(sync.passing, cells.storePoints[cell])) yield cells.storePoints[cell];
  addWords(words, 2 * cell, low, high, delta);
  report(sync, "store", cells, cell);
}

/**
 * Reads the cell as an unsigned 64-bit value, as a step of its own.
 * @kernel get_mm_counter in include/linux/sched.h
 */
export function loadCell(sync: Sync, cells: Cells, cell: number): KernelThread<bigint> {
  if (sync.interleaved && !goesOver(sync.passing, cells.loadPoints[cell])) {
    return loadLater(sync, cells, cell);
  }
  return ended(loadNow(sync, cells, cell));
}

function* loadLater(sync: Sync, cells: Cells, cell: number): KernelThread<bigint> {
  yield cells.loadPoints[cell];
  return loadNow(sync, cells, cell);
}

function loadNow(sync: Sync, cells: Cells, cell: number): bigint {
  report(sync, "load", cells, cell);
  return peekCell(cells, cell);
}

/**
 * Writes the cell, modulo 2^64, as a step of its own.
 * @kernel set_mm_counter in include/linux/sched.h
 */
export function storeCell(
  sync: Sync,
  cells: Cells,
  cell: number,
  value: bigint,
): KernelThread<void> {
  if (sync.interleaved && !goesOver(sync.passing, cells.storePoints[cell])) {
    return storeLater(sync, cells, cell, value);
  }
  storeNow(sync, cells, cell, value);
  return DONE;
}

function* storeLater(sync: Sync, cells: Cells, cell: number, value: bigint): KernelThread<void> {
  yield cells.storePoints[cell];
  storeNow(sync, cells, cell, value);
}

function storeNow(sync: Sync, cells: Cells, cell: number, value: bigint): void {
  pokeCell(cells, cell, value);
  report(sync, "store", cells, cell);
}

/**
 * Stores (low, high) + delta in the two words at `at`, modulo 2^64.
 * @throws RangeError or TypeError, words unchanged, where the sum would not be exact; for integers
 * from -2^52 to 2^52 it always is
 * @modelOnly 64-bit arithmetic in two words
 */
export function addWords(
  words: Uint32Array,
  at: number,
  low: number,
  high: number,
  delta: number,
): void {
  const sum = low + delta;
  if (!Number.isSafeInteger(sum)) {
    expectInteger("addWords", "delta", delta, -(2 ** 52), 2 ** 52);
  }
  words[at] = sum; // a typed array stores modulo 2^32
  words[at + 1] = high + Math.floor(sum / TWO_32);
}

function report(sync: Sync, kind: "load" | "store" | "atomic", cells: Cells, cell: number): void {
  if (sync.traced & SyncEventClass.CELL) {
    const { owner, fields, names } = cells;
    emit(sync, {
      kind,
      cell: names[cell],
      owner,
      field: fields[cell],
      value: peekCell(cells, cell),
    });
  }
}
