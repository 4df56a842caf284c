/**
 * Holds the counters against a recount of the page tables (SPEC §0.6: I1 to I3, and I13 at exit).
 *
 * The kernel of this release never looks (SPEC D26): a counter that lost an update stays wrong
 * until its mm is gone.
 */
import { expectInteger } from "@forkpath/abi";
import { MmCounter, type MmCounters, peekCounterSigned } from "./counters.ts";

/** What somebody counted in the page tables, in pages; all 0 for an mm that has been torn down. */
export interface CountedPages {
  readonly fileRss: number;
  readonly anonRss: number;
  readonly swapUsage: number;
}

/**
 * One line for each counter that differs, such as
 * `mm._anon_rss: 103, but its page tables hold 104`; empty when all agree.
 * @throws RangeError or TypeError unless each of `counted` is a safe integer
 * @modelOnly the kernel's nearest is check_mm, of later releases
 */
export function checkMmCounters(counters: MmCounters, counted: CountedPages): readonly string[] {
  const expected = [counted.fileRss, counted.anonRss, counted.swapUsage];
  const members = [MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE] as const;
  return members.flatMap((member) => {
    const field = counters.rss.names[member];
    expectInteger("checkMmCounters", field, expected[member], -(2 ** 52), 2 ** 52);
    const value = peekCounterSigned(counters, member);
    if (value === expected[member]) return [];
    return [`${field}: ${value}, but its page tables hold ${expected[member]}`];
  });
}
