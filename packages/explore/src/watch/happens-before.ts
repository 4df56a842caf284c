/**
 * Happens-before: were two changes of a counter ordered by anything but chance?
 *
 * A vector clock for each thread says how much of every other thread's past it has seen. A lock
 * hands the clock of the thread that gave it back to the thread that takes it next, but not from
 * reader to reader. Two stores are a race in this very schedule when neither thread has seen the
 * other's. As with locksets, loads do not count, and atomic adds do not race with each other.
 */
import type { KernelEvent } from "@forkpath/events";
import { PointKind } from "@forkpath/sync";
import { counterText, type Doer, type Finding, isShared, listed, type Monitor } from "./monitor.ts";
import type { SeenPoint } from "./seen-point.ts";

const NAME = "happens-before";

/** By thread: how many of its moments are known. Missing is 0. */
type Clock = number[];

/** What a lock hands on. A spinlock has writers only. */
interface Released {
  readonly byReaders: Clock;
  readonly byWriters: Clock;
}

type CellEvent = Extract<KernelEvent, { readonly kind: "store" | "atomic" }>;

/** The last change of a counter by one thread. */
interface Write {
  readonly fn: string;
  readonly moment: number;
  readonly isAtomic: boolean;
}

/** Tells of changes that nothing has ordered. */
export function happensBefore(): Monitor {
  return new HappensBefore();
}

class HappensBefore implements Monitor {
  readonly name = NAME;
  private readonly clocks: Clock[] = [];
  /** What the threads knew that gave each lock back, by the lock's name. */
  private readonly released = new Map<string, Released>();
  /** Semaphores that each thread holds for reading. */
  private readonly reading = new Map<number, Set<string>>();
  /** By name of the counter, then thread. */
  private readonly writes = new Map<string, Map<number, Write>>();
  private readonly messages = new Set<string>();

  see(event: KernelEvent, doer: Doer): void {
    const clock = this.clockOf(doer.thread);
    switch (event.kind) {
      case "lock":
        this.acquire(event.lock, doer, clock);
        break;
      case "unlock":
        this.release(event.lock, doer.thread);
        break;
      case "store":
      case "atomic":
        this.write(event, doer);
        break;
      default:
    }
  }

  /** A thread that waited knows what the others did: one of them has ended the waiting. */
  passStep({ kind }: SeenPoint, thread: number): void {
    if (kind !== PointKind.WAIT) return;
    const clock = this.clockOf(thread);
    for (const [other, theirs] of this.clocks.entries()) {
      if (other !== thread && theirs !== undefined) this.handOver(other, clock);
    }
  }

  findings(): Finding[] {
    return [...this.messages].sort().map((message) => ({ monitor: NAME, message }));
  }

  private clockOf(thread: number): Clock {
    const known = this.clocks[thread];
    if (known !== undefined) return known;
    const clock: Clock = [];
    clock[thread] = 1;
    this.clocks[thread] = clock;
    return clock;
  }

  private acquire(lock: string, { thread, held }: Doer, clock: Clock): void {
    const { byReaders, byWriters } = this.releasedOf(lock);
    const taken = held.at(-1);
    join(clock, byWriters);
    if (taken !== undefined && isShared(taken)) this.readingOf(thread).add(lock);
    else join(clock, byReaders);
  }

  private release(lock: string, thread: number): void {
    const { byReaders, byWriters } = this.releasedOf(lock);
    const wasReading = this.readingOf(thread).delete(lock);
    this.handOver(thread, wasReading ? byReaders : byWriters);
  }

  private releasedOf(lock: string): Released {
    const known = this.released.get(lock) ?? { byReaders: [], byWriters: [] };
    this.released.set(lock, known);
    return known;
  }

  private readingOf(thread: number): Set<string> {
    const known = this.reading.get(thread) ?? new Set();
    this.reading.set(thread, known);
    return known;
  }

  /** Gives what `thread` knows to `clock`; what it does from now on is a new moment. */
  private handOver(thread: number, clock: Clock): void {
    const own = this.clocks[thread];
    join(clock, own);
    own[thread]++;
  }

  private write(event: CellEvent, { thread, fn }: Doer): void {
    const clock = this.clockOf(thread);
    const isAtomic = event.kind === "atomic";
    const writes = this.writes.get(event.cell) ?? new Map<number, Write>();
    this.writes.set(event.cell, writes);
    for (const [other, last] of writes) {
      const isOrdered = other === thread || last.moment <= (clock[other] ?? 0);
      if (isOrdered || (isAtomic && last.isAtomic)) continue;
      const pair = last.fn === fn ? `two calls of ${fn}` : listed([last.fn, fn]);
      this.messages.add(`${counterText(event)}: nothing orders ${pair}`);
    }
    writes.set(thread, { fn, moment: clock[thread], isAtomic });
  }
}

function join(into: Clock, from: Clock): void {
  for (const [thread, moment] of from.entries()) {
    if (moment !== undefined) into[thread] = Math.max(into[thread] ?? 0, moment);
  }
}
