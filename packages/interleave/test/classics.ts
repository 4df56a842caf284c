/** Programs from the textbooks, whose schedules people have counted before. */
import type { Point, Program, ThreadBody, ThreadSpec } from "../src/index.ts";

export const Kind = { READ: 0, WRITE: 1, LOCK: 2, UNLOCK: 3, WAIT: 4 } as const;
const always = (): boolean => true;

/** A number that threads share. */
export class Shared {
  value: number;
  readonly read: Point;
  readonly write: Point;

  constructor(label: string, value = 0) {
    this.value = value;
    this.read = { kind: Kind.READ, object: this, label, ready: always };
    this.write = { kind: Kind.WRITE, object: this, label, ready: always };
  }
}

export class Mutex {
  isHeld = false;
  readonly lock: Point;
  readonly unlock: Point;

  constructor(label: string) {
    this.lock = { kind: Kind.LOCK, object: this, label, ready: () => !this.isHeld };
    this.unlock = { kind: Kind.UNLOCK, object: this, label, ready: always };
  }
}

function* lock(mutex: Mutex): ThreadBody<void> {
  yield mutex.lock;
  mutex.isHeld = true;
}

function* unlock(mutex: Mutex): ThreadBody<void> {
  yield mutex.unlock;
  mutex.isHeld = false;
}

function* add(counter: Shared, amount: number): ThreadBody<void> {
  yield counter.read;
  const { value } = counter;
  yield counter.write;
  counter.value = value + amount;
}

/** `count` threads that add 1 each, without a lock. */
export const increments = (count: number): Program<Shared> => ({
  name: `${count} increments`,
  setup: () => new Shared("counter"),
  threads: (counter) =>
    Array.from({ length: count }, (_, id) => ({ name: `t${id}`, run: add(counter, 1) })),
  outcome: ({ value }) => String(value),
  final: ({ value }) => (value === count ? undefined : "an increment is lost"),
});

/** Threads of so many steps each that touch nothing in common. */
export const strangers = (...lengths: readonly number[]): Program<null> => ({
  name: `strangers of ${lengths.join(", ")} steps`,
  setup: () => null,
  threads: () => lengths.map((length, id) => ({ name: `t${id}`, run: walk(length) })),
});

function* walk(length: number): ThreadBody<void> {
  const own = new Shared("own");
  for (let step = 0; step < length; step++) yield own.write;
}

/**
 * One thread adds 3 in a load and a store, the other one 1 under a lock, four times: 2 and 16
 * steps.
 */
export const unlockedAdd = (): Program<{ counter: Shared; mutex: Mutex }> => ({
  name: "unlocked add",
  setup: () => ({ counter: new Shared("counter", 10), mutex: new Mutex("lock") }),
  threads: ({ counter, mutex }) => [
    { name: "exec", run: add(counter, 3) },
    { name: "fault", run: addUnderLock(counter, mutex, 4) },
  ],
  outcome: ({ counter }) => String(counter.value),
  final: ({ counter }) => (counter.value === 17 ? undefined : "an update is lost"),
});

function* addUnderLock(counter: Shared, mutex: Mutex, times: number): ThreadBody<void> {
  for (let i = 0; i < times; i++) {
    yield* lock(mutex);
    yield* add(counter, 1);
    yield* unlock(mutex);
  }
}

interface PetersonState {
  readonly flags: readonly [Shared, Shared];
  readonly turn: Shared;
  readonly room: Shared;
}

/** Peterson's lock for two; `flagFirst` is his order, the other one is the classic mistake. */
export const peterson = (flagFirst: boolean): Program<PetersonState> => ({
  name: `Peterson, ${flagFirst ? "flag" : "turn"} first`,
  setup: () => ({
    flags: [new Shared("flag 0"), new Shared("flag 1")],
    turn: new Shared("turn"),
    room: new Shared("room"),
  }),
  threads: (state) =>
    [0, 1].map((me) => ({ name: `p${me}`, run: petersonThread(state, me, flagFirst) })),
  invariant: ({ room }) => (room.value <= 1 ? undefined : "two threads are in the room"),
});

function* petersonThread(
  { flags, turn, room }: PetersonState,
  me: number,
  flagFirst: boolean,
): ThreadBody<void> {
  const other = 1 - me;
  for (const isFlag of [flagFirst, !flagFirst]) {
    yield isFlag ? flags[me].write : turn.write;
    if (isFlag) flags[me].value = 1;
    else turn.value = other;
  }
  const mayEnter = (): boolean => flags[other].value === 0 || turn.value === me;
  yield { kind: Kind.WAIT, object: turn, label: "my turn", ready: mayEnter };
  room.value++;
  yield flags[me].write;
  room.value--;
  flags[me].value = 0;
}

/**
 * Each takes the fork on the left, then the right one; `ordered` makes the last one begin right.
 */
export const philosophers = (count: number, ordered: boolean): Program<Mutex[]> => ({
  name: `${count} philosophers${ordered ? ", ordered" : ""}`,
  setup: () => Array.from({ length: count }, (_, index) => new Mutex(`fork ${index}`)),
  threads: (forks) =>
    forks.map((left, id): ThreadSpec => {
      const right = forks[(id + 1) % count];
      const isLast = id === count - 1;
      const [first, second] = ordered && isLast ? [right, left] : [left, right];
      return { name: `p${id}`, run: dine(first, second) };
    }),
});

function* dine(first: Mutex, second: Mutex): ThreadBody<void> {
  yield* lock(first);
  yield* lock(second);
  yield* unlock(second);
  yield* unlock(first);
}

interface Buffer {
  readonly items: number[];
  readonly put: Point;
  readonly take: Point;
}

/** A producer and a consumer of `items` numbers, with room for `capacity` of them. */
export const boundedBuffer = (capacity: number, items: number): Program<Buffer> => ({
  name: `buffer of ${capacity}`,
  setup: (): Buffer => {
    const queue: number[] = [];
    const point = (kind: number, label: string, ready: () => boolean): Point => ({
      kind,
      object: queue,
      label,
      ready,
    });
    return {
      items: queue,
      put: point(Kind.LOCK, "room", () => queue.length < capacity),
      take: point(Kind.UNLOCK, "an item", () => queue.length > 0),
    };
  },
  threads: (buffer) => [
    { name: "producer", run: produce(buffer, items) },
    { name: "consumer", run: consume(buffer, items) },
  ],
  outcome: (_, results) => String(results[1]),
});

function* produce({ items, put }: Buffer, count: number): ThreadBody<void> {
  for (let item = 1; item <= count; item++) {
    yield put;
    items.push(item);
  }
}

function* consume({ items, take }: Buffer, count: number): ThreadBody {
  let taken = "";
  for (let i = 0; i < count; i++) {
    yield take;
    taken += items.shift();
  }
  return taken;
}
