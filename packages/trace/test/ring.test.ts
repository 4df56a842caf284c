import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { createSpinLock, createSync, spinLockNow, spinUnlockNow } from "@forkpath/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createTraceRing,
  DEFAULT_COSTS,
  events,
  type TraceOptions,
  toEventsText,
} from "../src/index.ts";
import { record } from "./play.ts";

const seqs = (capacity: number, count: number): number[] => {
  const ring = createTraceRing({ capacity });
  for (let i = 0; i < count; i++) ring.emit({ kind: "cond_resched" }, 0);
  return events(ring).map(({ seq }) => seq);
};

const lockEvent = (at: number): KernelEvent => ({
  kind: "lock",
  lock: `lock ${at}`,
  owner: "",
  lockClass: "lock",
  where: "",
});

test("a full ring drops its oldest events, and their numbers say so", () => {
  expect(seqs(3, 2)).toEqual([0, 1]);
  expect(seqs(3, 3)).toEqual([0, 1, 2]);
  expect(seqs(3, 5)).toEqual([2, 3, 4]);

  const ring = createTraceRing({ capacity: 3 });
  for (let i = 0; i < 5; i++) ring.emit({ kind: "cond_resched" }, 0);
  expect(ring).toMatchObject({ capacity: 3, emitted: 5, dropped: 2 });
});

test("the ring holds the last events in their order, whatever its size", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 7 })),
      fc.integer({ min: 1, max: 20 }),
      (threads, capacity) => {
        const ring = createTraceRing({ capacity });
        threads.forEach((thread, at) => {
          ring.emit(lockEvent(at), thread);
        });
        const kept = events(ring);
        const first = Math.max(0, threads.length - capacity);
        expect(kept.map(({ seq }) => seq)).toEqual(threads.slice(first).map((_, at) => first + at));
        expect(kept.map(({ thread }) => thread)).toEqual(threads.slice(first));
        expect(kept.map(({ event }) => event)).toEqual(kept.map(({ seq }) => lockEvent(seq)));
        expect(ring.dropped + kept.length).toBe(threads.length);
      },
    ),
    { seed: 1 },
  );
});

test("an event stands where it starts, and moves the clock by its cost", () => {
  const picture = `
    0 copy_pte_range {
    0   lock dst.pt
    0   rss child +0 +3 -1
    0   unlock dst.pt
    0 } copy_pte_range`;
  const costs = { call: 100, lock: 20, rss: 10, countedPage: 8, unlock: 5 };

  expect(toEventsText(record(picture, { costs }), { columns: true })).toBe(
    [
      "     0          0 [0] call copy_pte_range",
      "     1        100 [0] lock dst.pt",
      "     2        120 [0] rss file+0 anon+3 swap-1", // 4 pages: 10 + 4 * 8 ns
      "     3        162 [0] unlock dst.pt",
      "     4        167 [0] return copy_pte_range 0",
      "",
    ].join("\n"),
  );
});

test("the clock runs on while events are dropped", () => {
  const ring = createTraceRing({ capacity: 1, costs: { cond_resched: 7 } });
  for (let i = 0; i < 4; i++) ring.emit({ kind: "cond_resched" }, 0);

  expect(events(ring)).toEqual([
    { seq: 3, timeNs: 21, thread: 0, event: { kind: "cond_resched" } },
  ]);
  expect(ring.nowNs).toBe(28);
});

test("attached to a machine, it hears the classes that it wants and no others", () => {
  const heard = (wants: number): string => {
    const sync = createSync();
    const ring = createTraceRing({ capacity: 10, wants });
    attachSink(sync, ring);
    const lock = createSpinLock("page_table_lock", "dst", "mm");
    spinLockNow(sync, lock, "copy_pte_range");
    spinUnlockNow(sync, lock, "copy_pte_range");
    return toEventsText(events(ring));
  };

  expect(heard(EventClass.LOCK)).toBe("lock dst.mm\nunlock dst.mm\n");
  expect(heard(EventClass.ALLOC | EventClass.MM)).toBe("");
});

test("the default costs pass as costs", () => {
  expect(() => createTraceRing({ capacity: 1, costs: DEFAULT_COSTS })).not.toThrow();
});

const misuses: [TraceOptions, new (message: string) => Error, string][] = [
  [{ capacity: 0 }, RangeError, "createTraceRing: capacity must be from 1 to 0x1000000, got 0"],
  [{ capacity: Number.NaN }, TypeError, "createTraceRing: capacity must be an integer, got NaN"],
  [
    { capacity: 1, wants: 256 },
    RangeError,
    "createTraceRing: wants must be from 0 to 255, got 256",
  ],
  [
    { capacity: 1, costs: { lock: -1 } },
    RangeError,
    "createTraceRing: cost of lock must be from 0 to 0x100000000, got -1",
  ],
  [
    { capacity: 1, costs: { lock: 0.5 } },
    TypeError,
    "createTraceRing: cost of lock must be an integer, got 0.5",
  ],
];

test("createTraceRing refuses a cost for what is no event", () => {
  const costs: object = { lcok: 1 };
  expect(() => createTraceRing({ capacity: 1, costs })).toThrow(
    new RangeError("createTraceRing: costs must name kinds of events, got lcok"),
  );
});

test.each(misuses)("createTraceRing refuses %j", (options, kind, message) => {
  expect(() => createTraceRing(options)).toThrow(new kind(message));
});
