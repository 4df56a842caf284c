/**
 * Holds the counters against a recount of the page tables (SPEC §0.6: I1 to I3, and I13 at exit).
 *
 * The kernel of this release never looks (SPEC D26): a counter that lost an update stays wrong
 * until its mm is gone.
 */
import { expectInteger } from "@forkpath/abi";
import { type Mismatch, type RecountRule, tellKept } from "@forkpath/sync";
import { MmCounter, type MmCounters, peekCounterSigned } from "./counters.ts";

/** What the page tables hold, in pages; all 0 for an mm that has been torn down. */
export interface CountedPages {
  /** Present pages of files. */
  readonly fileRss: number;
  /** Present anonymous pages. */
  readonly anonRss: number;
  /** Swap entries, and entries of damaged pages. */
  readonly swapUsage: number;
  /** Pages of shared memory, where they have a counter of their own; by default 0. */
  readonly shmemRss?: number;
}

/** What each counter counts, and the rule that says so. */
const COUNTERS: readonly {
  readonly member: MmCounter;
  readonly rule: RecountRule;
  readonly field: string;
  readonly key: keyof CountedPages;
}[] = [
  { member: MmCounter.FILE_RSS, rule: "I1", field: "file_rss", key: "fileRss" },
  { member: MmCounter.ANON_RSS, rule: "I2", field: "anon_rss", key: "anonRss" },
  { member: MmCounter.SWAP_USAGE, rule: "I3", field: "swap_usage", key: "swapUsage" },
  { member: MmCounter.SHMEM_RSS, rule: "I1", field: "shmem_rss", key: "shmemRss" },
];

/**
 * A mismatch for each counter that differs; its owner is the name that the counters were given.
 * @throws RangeError or TypeError unless each of `counted` is a safe integer
 * @modelOnly the kernel's nearest is check_mm, of later releases
 * @example
 * ```ts
 * import { addMmRssNow, checkMmCounters, createMmCounters } from "@forkpath/counters";
 * import { createSync, mismatchText } from "@forkpath/sync";
 * const mm = createMmCounters({ split: true, name: "redis" });
 * addMmRssNow(createSync(), mm, 0, 7, 0);
 * const found = checkMmCounters(mm, { fileRss: 0, anonRss: 8, swapUsage: 0 });
 * console.log(found.map(mismatchText).join()); // I2: redis: anon_rss is 7, but 8 counted
 * ```
 */
export function checkMmCounters(counters: MmCounters, counted: CountedPages): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  for (const { member, rule, field, key } of COUNTERS) {
    const pages = counted[key] ?? 0;
    expectInteger("checkMmCounters", key, pages, -(2 ** 52), 2 ** 52);
    const kept = peekCounterSigned(counters, member);
    tellKept(wrong, rule, counters.name, field, kept, pages);
  }
  return wrong;
}
