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
  const { fileRss, anonRss, swapUsage, shmemRss = 0 } = counted;
  const wrong: Mismatch[] = [];
  checkCounter(counters, MmCounter.FILE_RSS, "I1", "file_rss", "fileRss", fileRss, wrong);
  checkCounter(counters, MmCounter.ANON_RSS, "I2", "anon_rss", "anonRss", anonRss, wrong);
  checkCounter(counters, MmCounter.SWAP_USAGE, "I3", "swap_usage", "swapUsage", swapUsage, wrong);
  checkCounter(counters, MmCounter.SHMEM_RSS, "I1", "shmem_rss", "shmemRss", shmemRss, wrong);
  return wrong;
}

function checkCounter(
  counters: MmCounters,
  member: MmCounter,
  rule: RecountRule,
  field: string,
  key: keyof CountedPages,
  pages: number,
  wrong: Mismatch[],
): void {
  expectInteger("checkMmCounters", key, pages, -(2 ** 52), 2 ** 52);
  tellKept(wrong, rule, counters.name, field, peekCounterSigned(counters, member), pages);
}
