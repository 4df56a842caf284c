/**
 * Programs that papers on partial order reduction measure themselves by. How many classes of
 * schedules each has is known: see the table in literature.test.ts.
 *
 * The state is made once and reset for each run.
 */
import type { Dependence, Program, ThreadBody } from "../src/index.ts";
import { Kind, Mutex, Shared } from "./classics.ts";

/** Reads of one object commute. */
export const readsCommute: Dependence = (a, b) =>
  a.object === b.object && (a.kind !== Kind.READ || b.kind !== Kind.READ);
/** What follows an unlock could not have come before it. */
export const unlockFirst: Dependence = (a, b) => a.kind === Kind.UNLOCK && b.kind === Kind.LOCK;

const cells = (count: number, name: string): Shared[] =>
  Array.from({ length: count }, (_, index) => new Shared(`${name}[${index}]`));
const mutexes = (count: number, name: string): Mutex[] =>
  Array.from({ length: count }, (_, index) => new Mutex(`${name}[${index}]`));

/** A program on state that is reset, with a thread for each number below `count`. */
function programOf<S>(
  name: string,
  count: number,
  state: S,
  reset: (state: S) => void,
  run: (state: S, id: number) => ThreadBody,
): Program<S> {
  return {
    name,
    setup() {
      reset(state);
      return state;
    },
    threads: () =>
      Array.from({ length: count }, (_, id) => ({ name: `t${id}`, run: run(state, id) })),
  };
}

const clear = (all: readonly Shared[]): void => {
  for (const cell of all) cell.value = 0;
};
const open = (all: readonly Mutex[]): void => {
  for (const mutex of all) mutex.isHeld = false;
};

/** One thread writes what `count` others read: 2^count classes. */
export const readers = (count: number): Program<Shared> =>
  programOf(
    `readers(${count})`,
    count + 1,
    new Shared("x"),
    (x) => clear([x]),
    function* (x, id) {
      yield id === 0 ? x.write : x.read;
      if (id === 0) x.value = 1;
      return x.value;
    },
  );

/** Thread 0 looks for the last zero while the others set array[id] = array[id - 1] + 1. */
export const lastzero = (count: number): Program<Shared[]> =>
  programOf(
    `lastzero(${count})`,
    count + 1,
    cells(count + 1, "array"),
    clear,
    function* (array, id) {
      if (id === 0) {
        let at = count;
        for (;;) {
          yield array[at].read;
          if (array[at].value === 0) return at;
          at--;
        }
      }
      yield array[id - 1].read;
      const { value } = array[id - 1];
      yield array[id].write;
      array[id].value = value + 1;
      return 0;
    },
  );

const INODES = 32;
const BLOCKS = 26;

interface FileSystem {
  readonly inode: Shared[];
  readonly busy: Shared[];
  readonly inodeLock: Mutex[];
  readonly blockLock: Mutex[];
}

/** Flanagan and Godefroid, 2005: each thread looks for a free block for its inode. */
export const filesystem = (count: number): Program<FileSystem> =>
  programOf(
    `filesystem(${count})`,
    count,
    {
      inode: cells(INODES, "inode"),
      busy: cells(BLOCKS, "busy"),
      inodeLock: mutexes(INODES, "locki"),
      blockLock: mutexes(BLOCKS, "lockb"),
    },
    ({ inode, busy, inodeLock, blockLock }) => {
      clear([...inode, ...busy]);
      open([...inodeLock, ...blockLock]);
    },
    function* ({ inode, busy, inodeLock, blockLock }, id) {
      const at = id % INODES;
      yield inodeLock[at].lock;
      inodeLock[at].isHeld = true;
      yield inode[at].read;
      if (inode[at].value === 0) {
        for (let block = (at * 2) % BLOCKS; ; block = (block + 1) % BLOCKS) {
          yield blockLock[block].lock;
          blockLock[block].isHeld = true;
          yield busy[block].read;
          const isFree = busy[block].value === 0;
          if (isFree) {
            yield busy[block].write;
            busy[block].value = 1;
            yield inode[at].write;
            inode[at].value = block + 1;
          }
          yield blockLock[block].unlock;
          blockLock[block].isHeld = false;
          if (isFree) break;
        }
      }
      yield inodeLock[at].unlock;
      inodeLock[at].isHeld = false;
    },
  );

const TABLE = 128;
const MESSAGES = 4;

/** Flanagan and Godefroid, 2005: threads put messages into one hash table, by compare and swap. */
export const indexer = (count: number): Program<Shared[]> =>
  programOf(`indexer(${count})`, count, cells(TABLE, "table"), clear, function* (table, id) {
    for (let message = 1; message <= MESSAGES; message++) {
      const word = message * 11 + id;
      let hash = (word * 7) % TABLE;
      for (;;) {
        yield table[hash].write;
        if (table[hash].value === 0) break;
        hash = (hash + 1) % TABLE;
      }
      table[hash].value = word;
    }
  });
