/**
 * A litmus on bare counters: no pages, no tasks, just the counters of one mm and its lock.
 *
 * What races in `_anon_rss` needs no more than this, and so all schedules can be run. The state is
 * made once and reset before each run: a run costs its steps, and little else.
 */
import {
  createMmCounters,
  MmCounter,
  type MmCounters,
  peekCounterSigned,
} from "@forkpath/counters";
import {
  createSpinLock,
  createSync,
  createThread,
  type KernelThread,
  pokeCell,
  type SpinLock,
} from "@forkpath/sync";
import { type Litmus, type LitmusState, type LitmusThread, switchTo } from "./litmus.ts";

/** The one mm that the threads share. */
export interface CounterLitmusState extends LitmusState {
  /** Its counters. */
  readonly counters: MmCounters;
  /** The lock that guards them where they are no atomic ones. */
  readonly pageTableLock: SpinLock;
}

/** The code of one thread, on a state that is as the litmus begins. */
export type CounterThread = (state: CounterLitmusState) => KernelThread<unknown>;

/** What the threads do, and what must hold. */
export interface CounterLitmusOptions {
  /** Names the litmus. */
  readonly name: string;
  /** What it is about, in a line. */
  readonly title: string;
  /** Whether the build has split PTE locks, and thus atomic counters; by default it has not. */
  readonly split?: boolean;
  /** Pages in `_anon_rss` at the start; 10 by default. */
  readonly anonRss?: number;
  /** Pages that every schedule must leave there. */
  readonly finalAnonRss: number;
  /** By name, in order. */
  readonly threads: Readonly<Record<string, CounterThread>>;
}

const DEFAULT_ANON_RSS = 10;

/**
 * A litmus whose outcome is what `_anon_rss` holds at the end.
 * @example
 * ```ts
 * import { incMmCounter, MmCounter } from "@forkpath/counters";
 * import { counterLitmus, type CounterThread, explore } from "@forkpath/explore";
 * const add: CounterThread = ({ sync, counters }) =>
 *   incMmCounter(sync, counters, MmCounter.ANON_RSS);
 * const threads = { ann: add, bob: add };
 * const litmus = counterLitmus({ name: "two", title: "two adds", finalAnonRss: 12, threads });
 * console.log(explore(litmus, { strategy: "dfs" }).failures.length); // 1
 * ```
 */
export function counterLitmus(options: CounterLitmusOptions): Litmus<CounterLitmusState> {
  const { name, title, split = false, anonRss = DEFAULT_ANON_RSS, finalAnonRss } = options;
  const threadNames = Object.keys(options.threads);
  const codes = Object.values(options.threads);
  const state = createState(split, threadNames);
  const initial = BigInt(anonRss);
  const left = (): number => peekCounterSigned(state.counters, MmCounter.ANON_RSS);
  return {
    name,
    title,
    threadNames,
    switchAt: [],
    setup() {
      reset(state, initial);
      return state;
    },
    threads: () =>
      codes.map((code, index): LitmusThread => ({ name: threadNames[index], run: code(state) })),
    onSwitch: switchTo,
    outcome: () => `_anon_rss ${left()}`,
    final() {
      const got = left();
      return got === finalAnonRss ? undefined : `_anon_rss: wanted ${finalAnonRss}, got ${got}`;
    },
  };
}

function createState(split: boolean, threadNames: readonly string[]): CounterLitmusState {
  const sync = createSync();
  sync.interleaved = true;
  return {
    sync,
    selves: threadNames.map((name, index) => createThread(index, name)),
    counters: createMmCounters({ split, name: "mm1" }),
    pageTableLock: createSpinLock("page_table_lock", "mm1"),
  };
}

/** A run that ended early may have left locks taken. */
function reset({ counters, pageTableLock, selves }: CounterLitmusState, anonRss: bigint): void {
  counters.rss.words.fill(0);
  counters.hiwater.words.fill(0);
  pokeCell(counters.rss, MmCounter.ANON_RSS, anonRss);
  pageTableLock.holder = null;
  for (const { held } of selves) held.length = 0;
}
