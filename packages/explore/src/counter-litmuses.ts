/**
 * The litmuses on bare counters: D1 as shipped, cured, and in the other build.
 *
 *     exec    acct_arg_size(+3)       load .............. store     no lock
 *     fault   do_anonymous_page            load, store              under page_table_lock
 *
 * With the load before a fault and the store behind it, that fault's page is never counted.
 */
import { acctArgSize, incMmCounter, MmCounter } from "@forkpath/counters";
import { type KernelThread, spinLock, spinUnlockNow, traced } from "@forkpath/sync";
import { type CounterLitmusState, type CounterThread, counterLitmus } from "./counter-litmus.ts";
import type { Litmus } from "./litmus.ts";

/** The shape of D1, the page that an unlocked add of exec loses. */
export interface ExecChargeOptions {
  /** Pages that exec charges; 3 by default. */
  readonly pages?: number;
  /** How many pages the other thread faults in, one after the other; 4 by default. */
  readonly faults?: number;
  /** Whether exec takes the lock, as meant: by default it does not, as shipped. */
  readonly takesLock?: boolean;
  /** Whether the build has split PTE locks. */
  readonly split?: boolean;
}

const INITIAL_PAGES = 10;
const BUILDS = {
  shipped: "without the lock",
  cured: "with the lock",
  split: "which are atomic",
} as const;

/** exec charges its argument pages to an mm in which another thread faults pages in (SPEC §1.7). */
export function execCharge(options: ExecChargeOptions = {}): Litmus<CounterLitmusState> {
  const { pages = 3, faults = 4, split = false } = options;
  const takesLock = options.takesLock === true && !split;
  const build = split ? "split" : takesLock ? "cured" : "shipped";
  return counterLitmus({
    name: `exec-charge-${build}`,
    title: `acct_arg_size(+${pages}) against ${faults} faults on bare counters, ${BUILDS[build]}`,
    split,
    anonRss: INITIAL_PAGES,
    finalAnonRss: INITIAL_PAGES + pages + faults,
    threads: { exec: charging(pages, takesLock), fault: faulting(faults) },
  });
}

const charging =
  (pages: number, takesLock: boolean): CounterThread =>
  ({ sync, counters, pageTableLock }) => {
    const lock = takesLock ? pageTableLock : null;
    const charge = acctArgSize(sync, counters, { vmaPages: 0 }, pages, lock);
    return traced(sync, "acct_arg_size", charge, { pages });
  };

/** Each of the faults brings in one page. */
const faulting = (count: number): CounterThread =>
  function* faultTimes(state) {
    for (let i = 0; i < count; i++) {
      yield* traced(state.sync, "do_anonymous_page", countFault(state));
    }
  };

/** What a write fault does to the counter, and under which lock. In the halves of hot code. */
function* countFault({ sync, counters, pageTableLock }: CounterLitmusState): KernelThread<void> {
  yield* spinLock(sync, pageTableLock, "do_anonymous_page");
  yield* incMmCounter(sync, counters, MmCounter.ANON_RSS);
  if (sync.interleaved) yield pageTableLock.unlockPoint;
  spinUnlockNow(sync, pageTableLock, "do_anonymous_page");
}

/** By name: as shipped, cured, and where counters are atomic. */
export const counterLitmuses = (): readonly Litmus<CounterLitmusState>[] => [
  execCharge(),
  execCharge({ takesLock: true }),
  execCharge({ split: true }),
];
